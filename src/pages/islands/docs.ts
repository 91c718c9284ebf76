/** Starts Swagger UI, with what keeps it from being read out and walked through by keys put right. */

type Component = (props: { text?: string }) => unknown;
type React = {
  createElement(type: string | Component, props: object | null, ...children: unknown[]): unknown;
};
declare const SwaggerUIBundle: (options: object) => void;

const mended = ({ React: { createElement } }: { React: React }) => ({
  wrapComponents: {
    // Its own is a link inside a button. The address names what is open all the same.
    DeepLink:
      () =>
      ({ text }: { text?: string }) =>
        createElement('span', null, text),
    // There is one server, this one; its choice would have no name.
    ServersContainer: () => () => null,
    InfoContainer: (Original: Component) => (props: object) =>
      createElement('section', { 'aria-label': 'About' }, createElement(Original, props)),
    TextArea: (Original: Component) => (props: object) =>
      createElement(Original, { 'aria-label': 'Request body', ...props }),
    // Between the title of the first level and the groups of the third.
    operations: (Original: Component) => (props: object) =>
      createElement(
        'div',
        null,
        createElement('h2', { className: 'spoken' }, 'Operations'),
        createElement(Original, props),
      ),
  },
});

const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
follow();
dark.addEventListener('change', follow);
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  defaultModelsExpandDepth: -1,
  plugins: [mended],
});
