import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client';
import { notify } from '../../../ui/notify';
import { useChange } from '../../../ui/useChange';

/** The most answers that are followed: 20 answers of 500 devices. */
const ANSWERS_MAX = 20;

/** Gives the devices of a profile the points that they lack, to the last device. */
export function useApply(profile: string | undefined) {
  const { t } = useTranslation();
  return useChange({
    refresh: [['points'], ['devices'], ['latest']],
    run: async () => {
      const sum = { devices: 0, points: 0 };
      let after: string | undefined;
      for (let answer = 0; profile && answer < ANSWERS_MAX; answer += 1) {
        const done = await ok(
          api.POST('/api/v1/device_profiles/{id}/apply', {
            params: { path: { id: profile }, query: { after } },
          }),
        );
        sum.devices += done.devices;
        sum.points += done.points_added;
        if (!done.next) break;
        after = done.next;
      }
      return sum;
    },
    onDone: ({ devices, points }) =>
      notify({ message: t('profile.applied', { devices, points }), color: 'green' }),
  });
}
