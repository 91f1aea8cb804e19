import { Alert, Button, Drawer, Stack } from '@mantine/core';
import { IconArrowLeft, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { savingMeasureQuery, savingResultQuery } from '../../../api/energy';
import { establishmentsQuery } from '../../../api/registry';
import type { SavingMeasure, SavingResult } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Answer } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { Actions } from './Actions';
import { Adjustments } from './Adjustments';
import { Charts } from './Charts';
import { GateTable } from './GateTable';
import { MeasureForm } from './MeasureForm';
import { ModelPart } from './ModelPart';
import { PlanPart } from './PlanPart';
import { ResultSheet } from './ResultSheet';
import { Steps } from './Steps';
import '../bill/bill.css';
import './saving.css';

const route = getRouteApi('/app/energy/savings/$measure');

/** Whether the figures are frozen, and whether they come out otherwise now. */
function Frozen({ result }: { result: SavingResult }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { frozen, now_fault: fault, input_changed: changed, difference_kwh: kwh } = result;
  if (!frozen) return null;
  const title = t('saving_measure.frozen', { at: format.dateTime(frozen.at) });
  if (fault) {
    return (
      <Alert color="yellow" variant="outline" p="xs" title={title}>
        {t('saving_measure.now_fault')} <span lang="en">{fault}</span>
      </Alert>
    );
  }
  if (changed) {
    const difference = `${(kwh ?? 0) < 0 ? '−' : '+'}${format.number(Math.abs(kwh ?? 0))}`;
    return (
      <Alert color="yellow" variant="outline" p="xs" title={title}>
        {t('saving_measure.changed_since', { difference })}
      </Alert>
    );
  }
  return (
    <Alert color="blue" variant="outline" p="xs" title={title}>
      {changed === false ? t('saving_measure.same_since') : t('saving_measure.office_sees')}
    </Alert>
  );
}

function Report({ measure, customer }: { measure: SavingMeasure; customer: string | undefined }) {
  const result = useQuery(savingResultQuery(measure.id, measure.version));
  return (
    <Stack gap="md" className="saving-report">
      <Answer of={result}>
        {(data) => {
          const shown = data.frozen ?? data.now;
          if (!shown) return null;
          return (
            <>
              <ResultSheet measure={measure} customer={customer} result={shown.result}>
                <Frozen result={data} />
              </ResultSheet>
              <Charts result={shown.result} />
              <GateTable gates={shown.result.gates} />
              <ModelPart result={shown.result} plan={measure.plan} />
            </>
          );
        }}
      </Answer>
      <PlanPart measure={measure} />
      <Adjustments measure={measure} />
      <Steps measure={measure} fingerprint={result.data?.frozen?.fingerprint} />
    </Stack>
  );
}

/** What one measure saved: the figure with its interval, the gates, the model, and who signed. */
export function SavingMeasurePage() {
  const { t } = useTranslation();
  const { measure: id } = route.useParams();
  const { id: complex, all } = useComplex();
  const [changing, setChanging] = useState(false);
  const measure = useQuery(savingMeasureQuery(id));
  const { data: sites = [] } = useQuery(establishmentsQuery(complex));
  const version = measure.data?.version ?? 0;
  const result = useQuery({
    ...savingResultQuery(id, version),
    enabled: measure.data !== undefined,
  });
  const names = new Map([...all, ...sites].map((each) => [each.id, each.name]));
  return (
    <Page
      title={t('saving_measure.title')}
      help={t('saving_measure.result_help')}
      asOf={result.dataUpdatedAt}
      actions={
        measure.data && (
          <>
            <Button
              variant="default"
              leftSection={<IconPrinter size={16} aria-hidden />}
              disabled={!result.data}
              onClick={() => window.print()}
            >
              {t('bill.print')}
            </Button>
            <Actions
              measure={measure.data}
              fingerprint={result.data?.frozen?.fingerprint}
              hasResult={Boolean(result.data?.now)}
              onChange={() => setChanging(true)}
            />
          </>
        )
      }
    >
      <Stack gap="md">
        <AnchorLink to="/energy/savings" className="no-print" mr="auto">
          <IconArrowLeft size={14} aria-hidden /> {t('saving_measure.all')}
        </AnchorLink>
        <Answer of={measure}>
          {(data) => (
            <>
              <Report
                measure={data}
                customer={names.get(data.establishment_id ?? data.complex_id)}
              />
              {changing && (
                <Drawer
                  opened
                  onClose={() => setChanging(false)}
                  position="right"
                  size={1_000}
                  title={data.plan.name}
                  closeButtonProps={{ 'aria-label': t('ui.close') }}
                >
                  <MeasureForm measure={data} contract="" onDone={() => setChanging(false)} />
                </Drawer>
              )}
            </>
          )}
        </Answer>
      </Stack>
    </Page>
  );
}
