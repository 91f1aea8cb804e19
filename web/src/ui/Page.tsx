import { ActionIcon, Box, Group, Popover, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconHelpCircle, IconShare } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ZONE_SHORT } from './format';
import { notify } from './notify';
import { useFormat } from './useFormat';

interface PageProps {
  title: string;
  /** One paragraph: what this page is for and how to read it. */
  help: string;
  /** When the data shown was read, in milliseconds. */
  asOf?: number;
  actions?: ReactNode;
  /** Fills the height of the window, as a map does. */
  fill?: boolean;
  children: ReactNode;
}

/** The frame of every page: title, age of its data, link to share, help. */
export function Page({ title, help, asOf, actions, fill, children }: PageProps) {
  const { t } = useTranslation();
  const format = useFormat();
  useEffect(() => {
    document.title = `${title} · ${t('ui.product')}`;
  }, [title, t]);

  const share = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      notify({ message: t('ui.link_copied') });
    } catch {
      notify({ message: window.location.href, title: t('ui.link_copy_by_hand') });
    }
  };

  return (
    <Stack gap="md" className={fill ? 'page page-fill' : 'page'}>
      <Group justify="space-between" align="center" gap="xs" className="page-head">
        <Group gap="xs" align="center">
          <Title order={1} size="h2">
            {title}
          </Title>
          <Popover width={380} withArrow shadow="md">
            <Popover.Target>
              <Tooltip label={t('ui.help')}>
                <ActionIcon variant="subtle" color="gray" aria-label={t('ui.help')}>
                  <IconHelpCircle size={20} />
                </ActionIcon>
              </Tooltip>
            </Popover.Target>
            <Popover.Dropdown>
              <Text size="sm">{help}</Text>
            </Popover.Dropdown>
          </Popover>
          <Tooltip label={t('ui.share')}>
            <ActionIcon variant="subtle" color="gray" aria-label={t('ui.share')} onClick={share}>
              <IconShare size={20} />
            </ActionIcon>
          </Tooltip>
          {asOf !== undefined && asOf > 0 && (
            <Text size="sm" c="dimmed" data-testid="as-of">
              {t('ui.as_of', { time: format.clock(asOf), zone: ZONE_SHORT })}
            </Text>
          )}
        </Group>
        <Group gap="xs">{actions}</Group>
      </Group>
      <Box className={fill ? 'page-body-fill' : undefined}>{children}</Box>
    </Stack>
  );
}
