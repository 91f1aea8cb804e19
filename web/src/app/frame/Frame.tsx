import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery, systemQuery } from '../../api/platform';
import { useLink, useLive } from '../live';
import { Palette } from './Palette';
import { Rail } from './Rail';
import { TopBar } from './TopBar';
import { TroubleBanner } from './TroubleBanner';

const HEADER_HEIGHT = 56;
const RAIL_WIDTH = 196;

function LinkNotice() {
  const { t } = useTranslation();
  return useLink() === 'broken' ? (
    <div className="pill link-notice" data-tone="warning" role="status">
      {t('frame.link_broken')}
    </div>
  ) : null;
}

/** What stands around every page: rail, top bar, banner of the demonstration. */
export function Frame() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const { data: session } = useQuery(sessionQuery);
  const { data: system } = useQuery(systemQuery);
  const location = useLocation();
  useLive();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the drawer.
  useEffect(close, [location.pathname]);
  if (session === null) return <Navigate to="/sign-in" search={{ next: location.href }} />;
  const demo = session?.demo || system?.demo;

  return (
    <AppShell
      header={{ height: HEADER_HEIGHT }}
      navbar={{ width: RAIL_WIDTH, breakpoint: 'md', collapsed: { mobile: !opened } }}
      padding="md"
      style={demo ? { ['--banner-height' as string]: '28px' } : undefined}
    >
      <a href="#main" className="skip-link">
        {t('frame.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="md"
            size="sm"
            aria-label={t('frame.menu')}
          />
          <TopBar demo={demo === true} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('frame.rooms')}>
        <Rail />
      </AppShell.Navbar>
      <AppShell.Main id="main">
        {demo && (
          <Text component="div" className="demo-banner" mb="xs">
            {t('frame.demo_banner')}
          </Text>
        )}
        <TroubleBanner />
        <Outlet />
        <LinkNotice />
      </AppShell.Main>
      <Palette />
    </AppShell>
  );
}
