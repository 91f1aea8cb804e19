import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ElectricityContract } from '../../api/types';

interface ContractSelectProps {
  contracts: readonly ElectricityContract[];
  contract: ElectricityContract;
  onContract: (id: string) => void;
}

/** Chooses the contract that a page is about. */
export function ContractSelect({ contracts, contract, onContract }: ContractSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      label={t('electricity_contract.one')}
      allowDeselect={false}
      searchable={contracts.length > 8}
      w={260}
      value={contract.id}
      onChange={(id) => id && onContract(id)}
      data={contracts.map((each) => ({ value: each.id, label: each.terms.name }))}
    />
  );
}
