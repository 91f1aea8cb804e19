import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { recall, remember } from '../ui/remember';
import en from './locales/en.json';
import ko from './locales/ko.json';

export const LANGUAGES = ['ko', 'en'] as const;

void i18next.use(initReactI18next).init({
  resources: { ko: { translation: ko }, en: { translation: en } },
  lng: recall<string>('language', 'ko') === 'en' ? 'en' : 'ko',
  fallbackLng: 'ko',
  interpolation: { escapeValue: false },
  returnNull: false,
});

const apply = (language: string) => {
  document.documentElement.lang = language;
};
apply(i18next.language);
i18next.on('languageChanged', (language) => {
  apply(language);
  remember('language', language);
});

export { i18next };
