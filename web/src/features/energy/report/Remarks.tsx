import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReportRemark } from '../../../api/types';

/** What a reader must know, in the reader's language. */
export function Remarks({ remarks }: { remarks: readonly ReportRemark[] }) {
  const { t, i18n } = useTranslation();
  if (remarks.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {t('bill.notes')}
      </Text>
      <List size="sm" aria-label={t('bill.notes')}>
        {remarks.map((remark) => (
          <List.Item key={remark.en}>{i18n.language === 'ko' ? remark.ko : remark.en}</List.Item>
        ))}
      </List>
    </div>
  );
}
