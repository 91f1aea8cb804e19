import { Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { flat } from '../../../api/paging';
import { quarantinedDevicesQuery } from '../../../api/registry';
import { rejectsQuery } from '../../../api/telemetry';
import { useComplex } from '../../../app/complex';
import { useFormat } from '../../../ui/useFormat';

/** The most samples that are offered of each sort. */
const SHOWN_MAX = 50;

interface Sample {
  value: string;
  label: string;
  text: string;
}

/** Messages that were really sent: of senders that nobody registered, and those that were refused whole. */
function useSamples() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id: complex } = useComplex();
  const { data: waiting = [] } = useQuery(quarantinedDevicesQuery(complex));
  const { data: rejects } = useInfiniteQuery(rejectsQuery({ complex }));
  const senders: Sample[] = waiting
    .filter((each) => each.sample !== '')
    .slice(0, SHOWN_MAX)
    .map((each) => ({
      value: each.id,
      label: `${each.key} · ${format.short(each.last_at)}`,
      text: each.sample,
    }));
  const refused: Sample[] = flat(rejects)
    .filter((each) => each.sample && ['not_mapped', 'malformed_json'].includes(each.code))
    .slice(0, SHOWN_MAX)
    .map((each) => ({
      value: each.id,
      label: `${each.device} · ${t(`reject_code.${each.code}`)} · ${format.short(each.last_at)}`,
      text: each.sample ?? '',
    }));
  return { senders, refused };
}

/** Fills the tester with a message that a device really sent. */
export function SampleSelect({ onPick }: { onPick: (payload: string) => void }) {
  const { t } = useTranslation();
  const { senders, refused } = useSamples();
  const all = [...senders, ...refused];
  return (
    <Select
      label={t('profile.samples')}
      placeholder={all.length > 0 ? t('profile.samples_pick') : t('profile.samples_none')}
      disabled={all.length === 0}
      searchable
      value={null}
      onChange={(value) => {
        const found = all.find((each) => each.value === value);
        if (found) onPick(pretty(found.text));
      }}
      data={[
        { group: t('profile.samples_quarantine'), items: senders },
        { group: t('profile.samples_rejects'), items: refused },
      ].filter(({ items }) => items.length > 0)}
    />
  );
}

/** JSON in lines that can be read; a message that was cut, or is no JSON, stays as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
