import { Button, Group, Select, Stack, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { type AlarmRule, GRADES } from '../../../api/types';
import { ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';
import { type Draft, draftOf, EMPTY, isComplete, ruleOf } from './draft';
import { ConditionPart, ReasonPart, type SetDraft, TargetPart } from './RuleParts';

interface RuleFormProps {
  complex: string;
  rule: AlarmRule | undefined;
  onDone: () => void;
}

/** Writes a rule, or changes one; the sort and the target of a rule stay for life. */
export function RuleForm({ complex, rule, onDone }: RuleFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => (rule ? draftOf(rule) : EMPTY));
  const set: SetDraft = (key, value) => setDraft((old) => ({ ...old, [key]: value }));
  const save = useChange({
    quiet: true,
    refresh: [['alarm_rules']],
    done: t('rule.saved'),
    onDone,
    run: () => {
      const { complex_id: _complex, target: _target, ...change } = ruleOf(draft, complex);
      return rule
        ? ok(
            api.PATCH('/api/v1/alarm_rules/{id}', {
              params: { path: { id: rule.id } },
              body: { ...change, version: rule.version },
            }),
          )
        : ok(api.POST('/api/v1/alarm_rules', { body: ruleOf(draft, complex) }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const part = { draft, set, fixed: rule !== undefined, complex };

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('rule.name')}
          required
          data-autofocus
          value={draft.name}
          onChange={(event) => set('name', event.currentTarget.value)}
        />
        <TargetPart {...part} />
        <ConditionPart {...part} />
        <Group grow align="flex-end">
          <Select
            label={t('alarm.grade')}
            allowDeselect={false}
            value={draft.grade}
            onChange={(value) => set('grade', GRADES.find((each) => each === value) ?? draft.grade)}
            data={GRADES.map((value) => ({ value, label: t(`grade.${value}`) }))}
          />
          <Stack gap="xs">
            <Switch
              label={t('rule.latched')}
              checked={draft.latched}
              onChange={(event) => set('latched', event.currentTarget.checked)}
            />
            <Switch
              label={t('rule.enabled')}
              checked={draft.enabled}
              onChange={(event) => set('enabled', event.currentTarget.checked)}
            />
          </Stack>
        </Group>
        <ReasonPart {...part} />
        {save.error && <ErrorState error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" disabled={!isComplete(draft)} loading={save.isPending}>
            {t('ui.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
