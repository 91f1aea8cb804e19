import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../api/control';
import { flat } from '../../api/paging';
import { accountsQuery } from '../../api/platform';
import {
  complexesQuery,
  devicesQuery,
  establishmentsQuery,
  reviewItemsQuery,
} from '../../api/registry';
import { AnchorLink } from '../../ui/links';
import { useFormat } from '../../ui/useFormat';

/** What to connect next, in the order in which it makes sense; all counts are the platform's. */
export function NextSteps({ complex }: { complex: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const complexes = useQuery(complexesQuery);
  const establishments = useQuery(establishmentsQuery(complex));
  const devices = useQuery(devicesQuery(complex));
  const rules = useQuery(rulesQuery(complex));
  const accounts = useInfiniteQuery(accountsQuery);
  const reviews = useInfiniteQuery(reviewItemsQuery(complex));
  const meters = devices.data?.filter((device) => device.kind === 'meter').length;
  const waiting = flat(reviews.data).length;

  const steps = [
    { key: 'complex', count: complexes.data?.length, to: '/registry/complexes' },
    { key: 'establishment', count: establishments.data?.length, to: '/registry/establishments' },
    {
      key: 'device',
      count: devices.data && devices.data.length - (meters ?? 0),
      to: '/registry/devices',
    },
    { key: 'meter', count: meters, to: '/registry/imports' },
    { key: 'rule', count: rules.data?.length, to: '/control/rules' },
    {
      key: 'people',
      count: accounts.data && flat(accounts.data).length,
      to: '/settings/people',
      enough: 2,
    },
  ] as const;
  // What this reader may not see is not their next step.
  const known = steps.filter((step) => step.count !== undefined);

  return (
    <Paper withBorder p="md" component="section" aria-label={t('overview.next')}>
      <Title order={2} size="h4" mb="sm">
        {t('overview.next')}
      </Title>
      <Stack gap="xs" component="ol" className="plain-list">
        {known.map((step) => {
          const done = (step.count ?? 0) >= ('enough' in step ? step.enough : 1);
          const Icon = done ? IconCircleCheck : IconCircleDashed;
          return (
            <Group key={step.key} gap="xs" wrap="nowrap" component="li" align="flex-start">
              <Icon
                size={20}
                aria-label={done ? t('overview.done') : t('overview.open')}
                className={done ? 'good' : 'faint'}
              />
              <div>
                <AnchorLink to={step.to} fw={600} size="sm">
                  {t(`overview.step_${step.key}`)}
                </AnchorLink>
                <Text size="sm" c="dimmed">
                  {done
                    ? t('overview.have', { shown: format.number(step.count) })
                    : t(`overview.step_${step.key}_help`)}
                </Text>
              </div>
            </Group>
          );
        })}
        {waiting > 0 && (
          <Group gap="xs" wrap="nowrap" component="li">
            <IconCircleDashed size={20} aria-label={t('overview.open')} className="faint" />
            <AnchorLink to="/registry/imports" search={{ tab: 'review' }} fw={600} size="sm">
              {t('overview.step_review', { count: waiting })}
            </AnchorLink>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
