import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Field, FieldsForm, type Values } from './FieldsForm';

interface FormDialogProps {
  title: string;
  fields: readonly Field[];
  submit: string;
  busy: boolean;
  error: unknown;
  onSubmit: (values: Values) => void;
  onClose: () => void;
}

/** A short form over the page. */
export function FormDialog({ title, onClose, ...form }: FormDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <FieldsForm {...form} onCancel={onClose} />
    </Modal>
  );
}
