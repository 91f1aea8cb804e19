import { Anchor, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { sessionQuery, systemHealthQuery } from '../../api/platform';
import type { Trouble } from '../../api/types';
import { useFormat } from '../../ui/useFormat';
import { allows } from '../permission';

function TroubleLine({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation();
  const { dateTime } = useFormat();
  const [open, { toggle }] = useDisclosure();
  return (
    <div>
      <Text component="span" fz="sm" fw={600}>
        {t(`trouble.${trouble.code}`, { defaultValue: '' }) || t('trouble.unknown')}
      </Text>{' '}
      <Text component="span" fz="sm">
        {t('frame.trouble_since', { time: dateTime(trouble.since) })}
      </Text>{' '}
      <Anchor component="button" type="button" fz="sm" c="inherit" td="underline" onClick={toggle}>
        {t('ui.server_said')}
      </Anchor>
      {open && (
        <Text component="p" fz="sm" m={0} lang="en" className="trouble-detail">
          {trouble.detail}
        </Text>
      )}
    </div>
  );
}

/** What is wrong with the platform itself, on every page of an administrator of the system. */
export function TroubleBanner() {
  const { t } = useTranslation();
  const { data: session } = useQuery(sessionQuery);
  const mayAsk = session ? allows(session.grants, 'administer', 'system') : false;
  const { data } = useQuery({ ...systemHealthQuery, enabled: mayAsk });
  const troubles = data?.troubles ?? [];
  if (troubles.length === 0) return null;
  const tone = troubles.some((trouble) => trouble.stops_intake) ? 'danger' : 'warning';
  return (
    <Stack
      gap="xs"
      mb="xs"
      className="trouble-banner"
      data-tone={tone}
      role="alert"
      aria-label={t('frame.trouble')}
    >
      {troubles.map((trouble) => (
        <TroubleLine key={`${trouble.code} ${trouble.detail}`} trouble={trouble} />
      ))}
    </Stack>
  );
}
