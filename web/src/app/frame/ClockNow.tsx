import { Text } from '@mantine/core';
import { ZONE_SHORT } from '../../ui/format';
import { useFormat } from '../../ui/useFormat';
import { useNow } from '../../ui/useNow';

/** The time in Seoul, with its zone: an operator far away must not read their own clock. */
export function ClockNow() {
  const now = useNow();
  const format = useFormat();
  return (
    <Text size="sm" visibleFrom="md" style={{ whiteSpace: 'nowrap' }} px={6} data-testid="clock">
      {format.day(now)} <b>{format.clock(now)}</b>{' '}
      <Text span size="xs" c="dimmed">
        {ZONE_SHORT}
      </Text>
    </Text>
  );
}
