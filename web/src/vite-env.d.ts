/// <reference types="vite/client" />

// The build of MapLibre that needs no blob: worker; its types are those of the package.
declare module 'maplibre-gl/dist/maplibre-gl-csp' {
  export * from 'maplibre-gl';

  import maplibregl from 'maplibre-gl';
  export default maplibregl;
}
