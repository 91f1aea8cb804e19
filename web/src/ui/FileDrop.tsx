import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface FileDropProps {
  accept: string;
  label: string;
  hint: string;
  busy: boolean;
  disabled?: boolean;
  onFile: (file: File) => void;
}

/** Takes a file by drop, by click or by keyboard. */
export function FileDrop({ accept, label, hint, busy, disabled, onFile }: FileDropProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file && !disabled) onFile(file);
    if (input.current) input.current.value = '';
  };
  return (
    <Paper
      className="file-drop"
      data-over={over || undefined}
      p="lg"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Group justify="center" gap="lg">
        <IconUpload size={30} aria-hidden />
        <Stack gap={2}>
          <Text fw={600}>{label}</Text>
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        </Stack>
        <input
          ref={input}
          type="file"
          accept={accept}
          hidden
          aria-label={label}
          onChange={(event) => take(event.currentTarget.files)}
        />
        <Button
          variant="default"
          loading={busy}
          disabled={disabled}
          onClick={() => input.current?.click()}
        >
          {t('ui.choose_file')}
        </Button>
      </Group>
    </Paper>
  );
}
