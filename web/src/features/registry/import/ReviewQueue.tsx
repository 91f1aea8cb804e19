import {
  Button,
  Group,
  Paper,
  Radio,
  Stack,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { flat } from '../../../api/paging';
import { reviewItemsQuery } from '../../../api/registry';
import type { Candidate, ReviewItem } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { Answer, Empty } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { useFormat } from '../../../ui/useFormat';

type Decision = 'create' | 'merge' | 'skip';

/** What stands in the registry for a field of the row; undefined where nothing is told of it. */
function knownOf(candidate: Candidate, field: string): string | undefined {
  if (field === 'name') return candidate.name;
  return field === 'lot_address' ? (candidate.lot_address ?? undefined) : undefined;
}

function Beside({ known, given }: { known: string | undefined; given: string | undefined }) {
  const { t } = useTranslation();
  if (known === undefined) return <span aria-hidden>·</span>;
  return (
    <>
      {known !== given && (
        <>
          <span aria-hidden>≠ </span>
          <VisuallyHidden>{t('review.differs')}</VisuallyHidden>
        </>
      )}
      {known}
    </>
  );
}

/** The new row beside those it resembles; a person decides. */
function ReviewCard({ item }: { item: ReviewItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [target, setTarget] = useState(item.candidates[0]?.id ?? '');
  const resolve = useChange({
    refresh: [['review_items'], ['establishments'], ['devices'], ['points'], ['companies']],
    done: t('review.done'),
    run: (decision: Decision) =>
      ok(
        api.POST('/api/v1/review_items/{id}/resolve', {
          params: { path: { id: item.id } },
          body: { decision, ...(decision === 'merge' ? { target_id: target } : {}) },
        }),
      ),
  });
  const fields = Object.keys(item.values);
  return (
    <Paper withBorder p="md" component="article">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h5">
            {t(`review.kind_${item.kind}`, { defaultValue: item.kind })}
          </Title>
          <Text size="sm" c="dimmed">
            {format.dateTime(item.created_at)}
          </Text>
        </Group>
        <Table.ScrollContainer minWidth={480}>
          <Table aria-label={t('review.compare')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('review.field')}</Table.Th>
                <Table.Th>{t('review.new_row')}</Table.Th>
                {item.candidates.map((each) => (
                  <Table.Th key={each.id}>
                    <Radio
                      name={`target-${item.id}`}
                      label={each.name}
                      description={t(`match_reason.${each.reason}`)}
                      checked={target === each.id}
                      onChange={() => setTarget(each.id)}
                    />
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {fields.map((field) => (
                <Table.Tr key={field}>
                  <Table.Td>{t(`import_field.${field}`, { defaultValue: field })}</Table.Td>
                  <Table.Td fw={600}>{item.values[field] ?? '–'}</Table.Td>
                  {item.candidates.map((each) => (
                    <Table.Td key={each.id}>
                      <Beside known={knownOf(each, field)} given={item.values[field]} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => resolve.mutate('skip')}>
            {t('review.skip')}
          </Button>
          <Button variant="default" onClick={() => resolve.mutate('create')}>
            {t('review.create')}
          </Button>
          <Button disabled={!target} onClick={() => resolve.mutate('merge')}>
            {t('review.merge')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** Rows that look like something known: nothing is merged without a person. */
export function ReviewQueue() {
  const { t } = useTranslation();
  const { id } = useComplex();
  const items = useInfiniteQuery(reviewItemsQuery(id));
  return (
    <Answer of={items}>
      {(data) => {
        const rows = flat(data);
        if (rows.length === 0) {
          return <Empty title={t('review.none')}>{t('review.none_next')}</Empty>;
        }
        return (
          <Stack gap="md">
            {rows.map((item) => (
              <ReviewCard key={item.id} item={item} />
            ))}
            {items.hasNextPage && (
              <Button variant="default" onClick={() => void items.fetchNextPage()} mx="auto">
                {t('ui.more')}
              </Button>
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}
