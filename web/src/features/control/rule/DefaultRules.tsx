import { Button, Checkbox, Group, Modal, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { ruleDefaultsQuery } from '../../../api/control';
import type { AlarmRule, AlarmRuleNew } from '../../../api/types';
import { GradePill } from '../../../app/vocabulary/Grade';
import { Answer, Empty, ErrorState } from '../../../ui/states';
import { useChange } from '../../../ui/useChange';

interface DefaultRulesProps {
  complex: string;
  /** What the complex has already. */
  rules: readonly AlarmRule[];
  onClose: () => void;
}

/** Offers the rules that most complexes begin with; nothing is taken over without being chosen. */
export function DefaultRules({ complex, rules, onClose }: DefaultRulesProps) {
  const { t } = useTranslation();
  const defaults = useQuery(ruleDefaultsQuery(complex));
  const known = new Set(
    rules.filter((rule) => rule.complex_id === complex).map((rule) => rule.name),
  );
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = (defaults.data ?? []).filter(
    (rule) => !known.has(rule.name) && !left.has(rule.name),
  );
  const add = useChange({
    quiet: true,
    refresh: [['alarm_rules']],
    done: t('rule.defaults_done', { count: chosen.length }),
    onDone: onClose,
    run: async (wanted: AlarmRuleNew[]) => {
      // One after the other: what went in before a refusal shows as known and is not sent again.
      for (const body of wanted) await ok(api.POST('/api/v1/alarm_rules', { body }));
    },
  });
  const toggle = (name: string) =>
    setLeft((old) => {
      const next = new Set(old);
      if (!next.delete(name)) next.add(name);
      return next;
    });

  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('rule.defaults')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <Text size="sm">{t('rule.defaults_help')}</Text>
        <Answer of={defaults}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={t('rule.defaults_none')} />
            ) : (
              <ScrollArea.Autosize mah="50vh" type="auto" tabIndex={0}>
                <Table aria-label={t('rule.defaults')} stickyHeader>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('rule.name')}</Table.Th>
                      <Table.Th>{t('alarm.grade')}</Table.Th>
                      <Table.Th>{t('rule.corrective_action')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((rule) => (
                      <Table.Tr key={rule.name}>
                        <Table.Td>
                          <Checkbox
                            label={rule.name}
                            description={
                              known.has(rule.name) ? t('rule.defaults_known') : undefined
                            }
                            disabled={known.has(rule.name)}
                            checked={!known.has(rule.name) && !left.has(rule.name)}
                            onChange={() => toggle(rule.name)}
                          />
                        </Table.Td>
                        <Table.Td>
                          <GradePill grade={rule.grade} />
                        </Table.Td>
                        <Table.Td>
                          <Text size="sm">{rule.rationale?.corrective_action}</Text>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </ScrollArea.Autosize>
            )
          }
        </Answer>
        {add.error && <ErrorState error={add.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            loading={add.isPending}
            disabled={chosen.length === 0}
            onClick={() => add.mutate(chosen)}
          >
            {t('rule.defaults_add', { count: chosen.length })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
