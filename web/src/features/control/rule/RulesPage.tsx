import { Drawer, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { rulesQuery } from '../../../api/control';
import { devicesQuery, pointsQuery } from '../../../api/registry';
import type { AlarmRule } from '../../../api/types';
import { useComplex } from '../../../app/complex';
import { MayButton } from '../../../app/MayButton';
import { useMay } from '../../../app/permission';
import { unitLabel } from '../../../app/units';
import { GRADE_ORDER, GradePill } from '../../../app/vocabulary/Grade';
import { type Column, DataTable } from '../../../ui/DataTable';
import { AnchorLink } from '../../../ui/links';
import { Page } from '../../../ui/Page';
import { Pill } from '../../../ui/Pill';
import { Answer, Empty } from '../../../ui/states';
import { useFormat } from '../../../ui/useFormat';
import { DefaultRules } from './DefaultRules';
import { RuleForm } from './RuleForm';

const route = getRouteApi('/app/control/rules');
const NEW = 'new';
const DEFAULTS = 'defaults';

/** The target and the condition of a rule in words. */
function useRuleWords(complex: string | undefined) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: points = [] } = useQuery(pointsQuery({ complex }));
  const { data: devices = [] } = useQuery(devicesQuery(complex));

  const target = ({ target: chosen }: AlarmRule) => {
    if (chosen.kind === 'point') {
      const point = points.find((each) => each.id === chosen.point_id);
      const device = devices.find((each) => each.id === point?.device_id);
      return point ? `${device?.name ?? ''} · ${point.name}` : t('rule.point_gone');
    }
    return [
      chosen.device_kind && t(`device_kind.${chosen.device_kind}`),
      chosen.quantity && t(`quantity.${chosen.quantity}`, { defaultValue: chosen.quantity }),
    ]
      .filter(Boolean)
      .join(' · ');
  };
  const condition = ({ target: chosen, condition: wanted }: AlarmRule) => {
    if (wanted.kind === 'absence') {
      return t('rule.absence_words', { minutes: format.number(wanted.after_s / 60) });
    }
    const example = points.find((each) =>
      chosen.kind === 'point' ? each.id === chosen.point_id : each.quantity === chosen.quantity,
    );
    const limit = `${wanted.limit} ${unitLabel(example?.unit, example?.quantity)}`.trim();
    const words = t(`rule.${wanted.direction}_words`, { limit });
    return wanted.on_delay_s
      ? `${words} ${t('rule.for_seconds', { seconds: wanted.on_delay_s })}`
      : words;
  };
  return { target, condition };
}

function useColumns(complex: string | undefined): Column<AlarmRule>[] {
  const { t } = useTranslation();
  const words = useRuleWords(complex);
  return [
    {
      id: 'name',
      header: t('rule.name'),
      value: (rule) => rule.name,
      render: (rule) => (
        <AnchorLink to="/control/rules" search={(old) => ({ ...old, rule: rule.id })}>
          {rule.name}
        </AnchorLink>
      ),
    },
    { id: 'target', header: t('rule.target'), value: words.target },
    { id: 'condition', header: t('rule.condition'), value: words.condition },
    {
      id: 'grade',
      header: t('alarm.grade'),
      value: (rule) => `${GRADE_ORDER[rule.grade]} ${rule.grade}`,
      render: (rule) => <GradePill grade={rule.grade} />,
    },
    {
      id: 'enabled',
      header: t('rule.state'),
      value: (rule) => (rule.enabled ? t('rule.on') : t('rule.off')),
      render: (rule) => (
        <Pill tone={rule.enabled ? 'good' : 'quiet'}>
          {rule.enabled ? t('rule.on') : t('rule.off')}
        </Pill>
      ),
    },
    {
      id: 'action',
      header: t('rule.corrective_action'),
      value: (rule) => rule.rationale.corrective_action,
      render: (rule) => (
        <Text size="sm" lineClamp={2} maw={320}>
          {rule.rationale.corrective_action}
        </Text>
      ),
    },
    { id: 'version', header: t('rule.version'), align: 'right', value: (rule) => rule.version },
  ];
}

/** When readings need somebody, how bad that is, and what to do then. */
export function RulesPage() {
  const { t } = useTranslation();
  const grants = useMay();
  const { id, all } = useComplex();
  const { rule: chosen, q } = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery(rulesQuery(id));
  const columns = useColumns(id);
  const rule = rules.data?.find((each) => each.id === chosen);
  const complex = rule?.complex_id ?? id ?? all[0]?.id;
  const close = () => navigate({ search: (old) => ({ ...old, rule: undefined }) });

  return (
    <Page
      title={t('rule.title')}
      help={t('rule.help')}
      asOf={rules.dataUpdatedAt}
      actions={
        <Group gap="xs">
          <MayButton
            may={grants.somewhere('write_rules', complex)}
            variant="default"
            onClick={() => navigate({ search: (old) => ({ ...old, rule: DEFAULTS }) })}
            disabled={!complex}
          >
            {t('rule.defaults')}
          </MayButton>
          <MayButton
            may={grants.somewhere('write_rules', complex)}
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => navigate({ search: (old) => ({ ...old, rule: NEW }) })}
            disabled={!complex}
          >
            {t('rule.add')}
          </MayButton>
        </Group>
      }
    >
      <Answer of={rules}>
        {(rows) => (
          <DataTable
            name="alarm_rules"
            label={t('rule.title')}
            rows={rows}
            columns={columns}
            rowKey={(row) => row.id}
            selected={chosen}
            search={q ?? ''}
            onSearch={(text) =>
              navigate({ search: (old) => ({ ...old, q: text || undefined }), replace: true })
            }
            empty={<Empty title={t('rule.none')}>{t('rule.none_next')}</Empty>}
          />
        )}
      </Answer>
      {complex && chosen === DEFAULTS && (
        <DefaultRules complex={complex} rules={rules.data ?? []} onClose={close} />
      )}
      {complex && (rule || chosen === NEW) && (
        <Drawer
          opened
          onClose={close}
          position="right"
          size="lg"
          title={rule ? t('rule.change') : t('rule.add')}
          closeButtonProps={{ 'aria-label': t('ui.close') }}
        >
          <RuleForm key={chosen} complex={complex} rule={rule} onDone={close} />
        </Drawer>
      )}
    </Page>
  );
}
