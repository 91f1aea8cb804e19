import {
  ActionIcon,
  Badge,
  Box,
  Group,
  Kbd,
  Menu,
  Select,
  Text,
  Tooltip,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import {
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client';
import { sessionQuery } from '../../api/platform';
import { AnchorLink } from '../../ui/links';
import { useChange } from '../../ui/useChange';
import { useComplex } from '../complex';
import { LANGUAGES } from '../i18n';
import { AlarmBell } from './AlarmBell';
import { ClockNow } from './ClockNow';

function ComplexSwitcher() {
  const { t } = useTranslation();
  const { id, all } = useComplex();
  const navigate = useNavigate();
  return (
    <Select
      aria-label={t('frame.complex')}
      data={[
        { value: '', label: t('frame.all_complexes') },
        ...all.map((complex) => ({ value: complex.id, label: complex.name })),
      ]}
      value={id ?? ''}
      onChange={(value) =>
        navigate({ to: '.', search: (old) => ({ ...old, complex: value || undefined }) })
      }
      allowDeselect={false}
      className="complex-switch"
      size="sm"
    />
  );
}

function Languages() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          visibleFrom="xs"
          aria-label={t('frame.language')}
        >
          <IconLanguage size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            fw={i18n.language === language ? 700 : 400}
            onClick={() => i18n.changeLanguage(language)}
          >
            {t(`language.${language}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The other colour scheme: its words, and the way there. */
function useOtherScheme() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return {
    words: dark ? t('frame.to_light') : t('frame.to_dark'),
    Icon: dark ? IconSun : IconMoon,
    choose: () => setColorScheme(dark ? 'light' : 'dark'),
  };
}

function SchemeSwitch() {
  const { words, Icon, choose } = useOtherScheme();
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        visibleFrom="xs"
        aria-label={words}
        onClick={choose}
      >
        <Icon size={20} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Language and colours, where the bar has no room for them. */
function NarrowChoices() {
  const { t, i18n } = useTranslation();
  const { words, Icon, choose } = useOtherScheme();
  return (
    <Box hiddenFrom="xs">
      {LANGUAGES.filter((language) => language !== i18n.language).map((language) => (
        <Menu.Item
          key={language}
          lang={language}
          leftSection={<IconLanguage size={16} />}
          onClick={() => i18n.changeLanguage(language)}
        >
          {t(`language.${language}`)}
        </Menu.Item>
      ))}
      <Menu.Item leftSection={<Icon size={16} />} onClick={choose}>
        {words}
      </Menu.Item>
      <Menu.Divider />
    </Box>
  );
}

function AccountMenu() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const leave = useChange({
    run: () => ok(api.DELETE('/api/v1/session')),
    // A fresh page: nothing of what this person saw stays in memory.
    onDone: () => window.location.assign('/sign-in'),
  });
  if (!session) return null;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('frame.account')}>
          <IconUserCircle size={22} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600}>
            {session.account.name}
          </Text>
          <Text size="xs">{session.account.email}</Text>
          {[...new Set(session.grants.map((grant) => grant.role))].map((role) => (
            <Text size="xs" key={role}>
              {t(`role.${role}`)}
            </Text>
          ))}
        </Menu.Label>
        <Menu.Divider />
        <NarrowChoices />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => leave.mutate(undefined)}>
          {t('frame.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function TopBar({ demo }: { demo: boolean }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" wrap="nowrap" style={{ flex: 1, minWidth: 0 }} gap="sm">
      <Group gap="sm" wrap="nowrap">
        <AnchorLink to="/" underline="never" c="inherit" fw={800} fz={20} className="brand">
          {t('ui.product')}
        </AnchorLink>
        {demo && (
          <Badge variant="outline" className="demo-badge" visibleFrom="xs">
            {t('frame.demo')}
          </Badge>
        )}
        <ComplexSwitcher />
      </Group>
      <Group gap={6} wrap="nowrap">
        <UnstyledButton
          onClick={spotlight.open}
          className="search-button"
          visibleFrom="lg"
          aria-label={t('frame.search')}
        >
          <IconSearch size={16} aria-hidden />
          <Text size="sm" c="dimmed" span>
            {t('frame.search')}
          </Text>
          <Kbd size="xs">Ctrl K</Kbd>
        </UnstyledButton>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          hiddenFrom="lg"
          aria-label={t('frame.search')}
          onClick={spotlight.open}
        >
          <IconSearch size={20} />
        </ActionIcon>
        <AlarmBell />
        <ClockNow />
        <Languages />
        <SchemeSwitch />
        <AccountMenu />
      </Group>
    </Group>
  );
}
