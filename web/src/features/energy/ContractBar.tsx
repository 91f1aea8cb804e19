import { ActionIcon, Group, Select, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ElectricityContract } from '../../api/types';
import { useComplex } from '../../app/complex';
import { useMay } from '../../app/permission';
import { ButtonLink } from '../../ui/links';
import { Empty } from '../../ui/states';
import { MonthField } from '../../ui/TimeField';
import { earliest, latest, type Months, monthAfter } from './time';

interface ContractBarProps {
  contracts: readonly ElectricityContract[];
  contract: ElectricityContract;
  months: Required<Months>;
  onContract: (id: string) => void;
  onMonths: (months: Required<Months>) => void;
}

/** Chooses the contract and the months that are months. */
export function ContractBar(props: ContractBarProps) {
  const { contracts, contract, months, onContract, onMonths } = props;
  const { t } = useTranslation();
  const step = (by: number) =>
    onMonths({ from: monthAfter(months.from, by), to: monthAfter(months.to, by) });
  const steps = [
    { word: t('electricity_contract.year_before'), Icon: IconChevronLeft, by: -12 },
    { word: t('electricity_contract.year_after'), Icon: IconChevronRight, by: 12 },
  ];
  return (
    <Group gap="xs" align="flex-end" className="no-print">
      <Select
        label={t('electricity_contract.one')}
        allowDeselect={false}
        searchable={contracts.length > 8}
        w={260}
        value={contract.id}
        onChange={(id) => id && onContract(id)}
        data={contracts.map((each) => ({ value: each.id, label: each.terms.name }))}
      />
      <MonthField
        label={t('electricity_contract.first_month')}
        w={130}
        value={months.from}
        onChange={(from) => from && onMonths({ from, to: latest(months.to, from) })}
      />
      <MonthField
        label={t('electricity_contract.final_month')}
        w={130}
        value={months.to}
        onChange={(to) => to && onMonths({ from: earliest(months.from, to), to })}
      />
      <Group gap={4}>
        {steps.map(({ word, Icon, by }) => (
          <Tooltip label={word} key={by}>
            <ActionIcon variant="default" size={36} aria-label={word} onClick={() => step(by)}>
              <Icon size={18} />
            </ActionIcon>
          </Tooltip>
        ))}
      </Group>
    </Group>
  );
}

/** No contract yet: the way to the first one. Or not the one that was asked for: the way to the others. */
export function NoContract({ asked }: { asked?: string | undefined }) {
  const { t } = useTranslation();
  const { id: complex } = useComplex();
  const mayAdd = useMay().somewhere('manage_energy', complex);
  if (asked) {
    return (
      <Empty title={t('electricity_contract.not_found')}>
        <Group justify="center" gap="sm">
          <span>{t('electricity_contract.not_found_next')}</span>
          <ButtonLink to="/energy/contracts">{t('electricity_contract.title')}</ButtonLink>
        </Group>
      </Empty>
    );
  }
  if (!mayAdd) {
    return (
      <Empty title={t('electricity_contract.none_visible')}>
        {t('electricity_contract.none_visible_next')}
      </Empty>
    );
  }
  return (
    <Empty title={t('electricity_contract.none')}>
      <Group justify="center" gap="sm">
        <span>{t('electricity_contract.none_next')}</span>
        <ButtonLink to="/energy/contracts" search={{ contract: 'new' }}>
          {t('electricity_contract.add')}
        </ButtonLink>
      </Group>
    </Empty>
  );
}
