import { Container, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ButtonLink } from '../../ui/links';
import { Empty, ErrorState } from '../../ui/states';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xl">
      <Empty title={t('frame.not_found')}>
        <Stack align="center" gap="sm">
          {t('frame.not_found_next')}
          <ButtonLink to="/">{t('frame.go_home')}</ButtonLink>
        </Stack>
      </Empty>
    </Container>
  );
}

export function RouteError({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <Container size="sm" py="xl">
      <ErrorState error={error} retry={reset} />
    </Container>
  );
}
