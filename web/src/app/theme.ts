import { createTheme, type MantineColorsTuple } from '@mantine/core';

// The colour scales of KRDS (범정부 디자인시스템), steps 5 to 90.
const blue: MantineColorsTuple = [
  '#ECF2FE',
  '#D8E5FD',
  '#B1CEFB',
  '#86AFF9',
  '#6A9BF7',
  '#256EF4',
  '#0B50D0',
  '#083891',
  '#052561',
  '#03163A',
];
const gray: MantineColorsTuple = [
  '#F4F5F6',
  '#E6E8EA',
  '#D6D9DD',
  '#CDD1D5',
  '#B1B8BE',
  '#6D7882',
  '#58616A',
  '#464C53',
  '#33363D',
  '#1E2124',
];
const red: MantineColorsTuple = [
  '#FDEFEC',
  '#FCDFD9',
  '#F7AFA1',
  '#F48771',
  '#F05F42',
  '#DE3412',
  '#BD2C0F',
  '#8A240F',
  '#5C180A',
  '#390F06',
];
const green: MantineColorsTuple = [
  '#EAF6EC',
  '#D8EEDD',
  '#A9DAB4',
  '#7EC88E',
  '#3FA654',
  '#267337',
  '#1F5C2C',
  '#1B4D26',
  '#122F18',
  '#0A1D0F',
];
const dark: MantineColorsTuple = [
  '#E6E8EA',
  '#C6CBD0',
  '#A9B1B9',
  '#8A949E',
  '#4A5059',
  '#363B43',
  '#2A2E35',
  '#17191E',
  '#111317',
  '#0B0C0F',
];

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 6, dark: 6 },
  colors: { blue, gray, red, green, dark },
  autoContrast: true,
  fontFamily: "'Pretendard GOV', 'Malgun Gothic', 'Apple SD Gothic Neo', sans-serif",
  headings: { fontFamily: "'Pretendard GOV', sans-serif", fontWeight: '700' },
  fontSizes: { xs: '13px', sm: '14.5px', md: '16px', lg: '18px', xl: '21px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
});
