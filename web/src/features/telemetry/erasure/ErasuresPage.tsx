import { IconEraser } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { flat } from '../../../api/paging';
import { erasuresQuery } from '../../../api/telemetry';
import type { Erasure } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Certificate } from './Certificate';
import { EraseDialog } from './EraseDialog';

const route = getRouteApi('/app/data/erasures');

function useColumns(): Column<Erasure>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'created',
      header: t('erasure.created'),
      value: (row) => row.created_at,
      render: (row) => (
        <AnchorLink to="/data/erasures" search={(old) => ({ ...old, erasure: row.id })}>
          {format.dateTime(row.created_at, true)}
        </AnchorLink>
      ),
    },
    {
      id: 'kind',
      header: t('erasure.kind'),
      value: (row) => t(`erasure_kind.${row.kind}`),
    },
    { id: 'reason', header: t('erasure.reason'), value: (row) => row.reason },
    { id: 'actor', header: t('erasure.actor'), value: (row) => row.actor_name },
    {
      id: 'points',
      header: t('erasure.points'),
      align: 'right',
      value: (row) => row.point_count,
      render: (row) => format.number(row.point_count),
    },
    {
      id: 'readings',
      header: t('erasure.readings'),
      align: 'right',
      value: (row) => row.reading_count,
      render: (row) => format.number(row.reading_count),
    },
    {
      id: 'state',
      header: t('erasure.state'),
      value: (row) => (row.complete_at ? t('erasure.complete') : t('erasure.under_way')),
      render: (row) => (
        <Pill tone={row.complete_at ? 'good' : 'caution'}>
          {row.complete_at ? t('erasure.complete') : t('erasure.under_way')}
        </Pill>
      ),
    },
  ];
}

/** What was erased for good, with its proof. */
export function ErasuresPage() {
  const { t } = useTranslation();
  const { id } = useComplex();
  const { erasure: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(erasuresQuery);
  const [asking, setAsking] = useState(false);
  const columns = useColumns();
  const may = useMay();
  const rows = flat(list.data);
  const shown = rows.find((row) => row.id === chosen);
  return (
    <Page
      title={t('erasure.title')}
      help={t('erasure.help')}
      asOf={list.dataUpdatedAt}
      actions={
        <MayButton
          may={may.somewhere('administer', id)}
          leftSection={<IconEraser size={16} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {t('erasure.add')}
        </MayButton>
      }
    >
      <Answer of={list}>
        {() => (
          <DataTable
            name="erasures"
            label={t('erasure.title')}
            rows={rows.filter((row) => !id || !row.complex_id || row.complex_id === id)}
            columns={columns}
            rowKey={(row) => row.id}
            selected={chosen}
            empty={<Empty title={t('erasure.none')}>{t('erasure.none_next')}</Empty>}
            more={{
              has: list.hasNextPage,
              busy: list.isFetchingNextPage,
              load: () => void list.fetchNextPage(),
            }}
          />
        )}
      </Answer>
      {shown && (
        <Certificate
          erasure={shown}
          onClose={() => navigate({ search: (old) => ({ ...old, erasure: undefined }) })}
        />
      )}
      {asking && (
        <EraseDialog
          complex={id}
          onClose={() => setAsking(false)}
          onDone={(made) => {
            setAsking(false);
            void navigate({ search: (old) => ({ ...old, erasure: made.id }) });
          }}
        />
      )}
    </Page>
  );
}
