/** Controls that are alive while the kernel is: `widgets`, Jupyter's own, with the names of ipywidgets. */
export { HBox, VBox } from "./boxes.ts";
export { Button, type ButtonOptions } from "./button.ts";
export { Checkbox, Dropdown, type DropdownOptions } from "./choices.ts";
export { type Chosen, type Control, interact } from "./interact.ts";
export { Output } from "./output.ts";
export { FloatSlider, IntSlider, type SliderOptions } from "./sliders.ts";
export { HTML, Text } from "./texts.ts";
export { type Change, ValueWidget, Widget, type WidgetOptions } from "./widget.ts";
