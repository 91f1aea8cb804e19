import { ActionIcon, Button, Group, Select, Tooltip } from '@mantine/core';
import { IconDeviceFloppy, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { savedQueriesQuery } from '../../../api/telemetry';
import type { SavedQuery } from '../../../api/types';
import { Confirm } from '../../../ui/Confirm';
import type { Values } from '../../../ui/FieldsForm';
import { FormDialog } from '../../../ui/FormDialog';
import { useChange } from '../../../ui/useChange';

type Spec = Record<string, unknown>;

interface SavedBarProps {
  kind: SavedQuery['kind'];
  complex: string | undefined;
  /** The question that stands on the page. */
  spec: Spec;
  onOpen: (spec: Spec) => void;
}

const REFRESH = [['saved_queries']];

/** Opens, keeps and removes questions. */
export function SavedBar({ kind, complex, spec, onOpen }: SavedBarProps) {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<string>();
  const [dialog, setDialog] = useState<'save' | 'remove'>();
  const { data: saved = [] } = useQuery(savedQueriesQuery(kind));
  const open = saved.find((each) => each.id === openId);
  const own = open?.own ? open : undefined;
  const change = useChange({
    refresh: REFRESH,
    done: t('ui.saved'),
    run: (query: SavedQuery) =>
      ok(
        api.PATCH('/api/v1/saved_queries/{id}', {
          params: { path: { id: query.id } },
          body: { version: query.version, spec: spec as Record<string, never> },
        }),
      ),
  });
  return (
    <Group gap="xs" align="flex-end">
      <Select
        label={t('saved.title')}
        placeholder={saved.length === 0 ? t('saved.none') : t('saved.pick')}
        w={320}
        maw="100%"
        searchable
        clearable
        value={open?.id ?? null}
        data={saved.map((each) => ({
          value: each.id,
          label: each.own ? each.name : `${each.name} (${each.owner_name})`,
        }))}
        onChange={(id) => {
          setOpenId(id ?? undefined);
          const found = saved.find((each) => each.id === id);
          if (found) onOpen(found.spec as Spec);
        }}
        nothingFoundMessage={t('saved.none')}
        clearButtonProps={{ 'aria-label': t('saved.close') }}
      />
      {own && (
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate(own)}>
          {t('saved.overwrite')}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<IconDeviceFloppy size={16} aria-hidden />}
        onClick={() => setDialog('save')}
      >
        {t('saved.save')}
      </Button>
      {own && (
        <Tooltip label={t('saved.remove')}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t('saved.remove')}
            onClick={() => setDialog('remove')}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Tooltip>
      )}
      {dialog === 'save' && (
        <SaveDialog
          kind={kind}
          complex={complex}
          spec={spec}
          onClose={() => setDialog(undefined)}
          onSaved={setOpenId}
        />
      )}
      {dialog === 'remove' && own && (
        <RemoveDialog
          query={own}
          onClose={() => setDialog(undefined)}
          onRemoved={() => setOpenId(undefined)}
        />
      )}
    </Group>
  );
}

interface SaveDialogProps extends Omit<SavedBarProps, 'onOpen'> {
  onClose: () => void;
  onSaved: (id: string) => void;
}

function SaveDialog({ kind, complex, spec, onClose, onSaved }: SaveDialogProps) {
  const { t } = useTranslation();
  const save = useChange({
    quiet: true,
    refresh: REFRESH,
    done: t('ui.saved'),
    run: (values: Values) =>
      ok(
        api.POST('/api/v1/saved_queries', {
          body: {
            kind,
            name: values.name ?? '',
            spec: spec as Record<string, never>,
            complex_id: values.share === 'complex' ? complex : undefined,
          },
        }),
      ),
    onDone: (made) => {
      onSaved(made.id);
      onClose();
    },
  });
  const shares = complex ? (['own', 'complex'] as const) : (['own'] as const);
  return (
    <FormDialog
      title={t('saved.save')}
      submit={t('ui.save')}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => save.mutate(values)}
      fields={[
        { name: 'name', label: t('saved.name'), required: true },
        {
          name: 'share',
          label: t('saved.share'),
          description: t('saved.share_help'),
          type: 'select',
          required: true,
          initial: 'own',
          options: shares.map((value) => ({ value, label: t(`saved.share_${value}`) })),
        },
      ]}
    />
  );
}

interface RemoveDialogProps {
  query: SavedQuery;
  onClose: () => void;
  onRemoved: () => void;
}

function RemoveDialog({ query, onClose, onRemoved }: RemoveDialogProps) {
  const { t } = useTranslation();
  const remove = useChange({
    refresh: REFRESH,
    done: t('saved.removed'),
    run: async (id: string) => {
      const answer = api.DELETE('/api/v1/saved_queries/{id}', { params: { path: { id } } });
      // No body comes back.
      await ok(answer.then((done) => ({ ...done, data: true as const })));
    },
    onDone: () => {
      onRemoved();
      onClose();
    },
  });
  return (
    <Confirm
      opened
      danger
      title={t('saved.remove')}
      action={t('saved.remove')}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate(query.id)}
    >
      {t('saved.remove_sure', { name: query.name })}
    </Confirm>
  );
}
