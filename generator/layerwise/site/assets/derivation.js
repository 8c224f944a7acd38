// How a layer's numbers come about: the rules of generator/derivation.py with the same texts, from the layers of
// api/v1/networks/<slug>.json. A browser test compares the two for every layer.

import { grouped, memory } from "./units.js";

const HIDDEN = 512; // units of the network that computes the position bias of Swin V2

const OUTPUT_RULES = {
  fc: "one value per unit",
  radial_basis: "one value per pattern",
  linear: "one channel per unit, at every position",
  global_avg_pool: "the mean of each channel",
  global_max_pool: "the largest value of each channel",
  adaptive_avg_pool: "the requested size",
  add: "the shape of every branch",
  multiply: "the shape of the first branch",
  concat: "the channels of all branches",
  channels: "a subset of the channels",
  pad_channels: "the input with channels of zeros added",
  upsample: "height and width multiplied by the factor",
  crop: "the input without rows and columns at the borders",
  depth_to_space: "channels rearranged into spatial blocks",
  tokens: "one token per position: height · width",
  to_map: "tokens arranged as a map",
  take_token: "the first token",
  mean_tokens: "the mean of the tokens",
  class_token: "learned tokens added before the others",
  flatten: "all values in one vector",
};

const times = (sides) => sides.join("×");
const product = (sides) => sides.reduce((one, other) => one * other, 1);
const last = (shape) => shape.at(-1);
const pair = ([one, other]) => (one === other ? String(one) : `${one}×${other}`);
const same = (one, other) => String(one) === String(other);
const bytes = (values) => `${grouped(values)} × 4 bytes = ${memory(4 * values)}`;
const isJoin = (layer) => layer.input === null;
const isTransposed = (layer) => layer.kind === "transposed_conv";
/** Whether a layer's weights lie on height and width: those of a convolution along the channels do not. */
const hasKernels = (layer) => layer.category === "convolution" && layer.stride !== null;
const isSame = (layer) => layer.options?.padding === "same";
const extent = (layer, axis) => layer.dilation[axis] * (layer.filter[axis] - 1) + 1;

/** A list of [title, rule, worked] for each layer of a network, as the data have it. */
export function derivations(network) {
  const fields = receptiveFields(network);
  return network.layers.map((layer) => [
    ...output(layer), ...parameters(layer), macs(layer), ...activations(layer), ...receptiveField(layer, fields),
  ]);
}

/** One figure along height and width: a single step where both come about alike. */
function along(title, rule, worked) {
  const [height, width] = [worked(0), worked(1)];
  if (height === width) return [[title ?? "Height and width", rule, height]];
  const titles = title ? [`${title}, height`, `${title}, width`] : ["Height", "Width"];
  return [[titles[0], rule, height], [titles[1], rule, width]];
}

// --- output ----------------------------------------------------------------------------------------------------------

function output(layer) {
  if (layer.stride) return [...sizes(layer), channels(layer)];
  const rule = OUTPUT_RULES[layer.kind] ?? "";
  if (isJoin(layer)) return [["Output", rule, `${branches(layer)} = ${times(layer.output)}`]];
  if (same(layer.input, layer.output)) return [["Output", "the shape of the input", times(layer.output)]];
  return [["Output", rule, `${times(layer.input)} → ${times(layer.output)}`]];
}

function branches({ kind, inputs }) {
  if (kind !== "concat") return inputs.map(times).join(kind === "add" ? " + " : " · ");
  return times([...inputs[0].slice(0, -1), `(${inputs.map(last).join(" + ")})`]);
}

function sizes(layer) {
  const spans = Math.max(...layer.dilation) > 1
    ? along("Span of the kernel", "d · (k − 1) + 1", (axis) => span(layer, axis)) : [];
  const paddings = isSame(layer)
    ? along("Padding", "max((output − 1) · stride + kernel − size, 0), an odd pixel goes after", (axis) => padding(layer, axis))
    : [];
  return [...spans, ...along(null, sizeRule(layer), (axis) => size(layer, axis)), ...paddings];
}

function span(layer, axis) {
  return `${layer.dilation[axis]} · (${layer.filter[axis]} − 1) + 1 = ${extent(layer, axis)}`;
}

function sizeRule(layer) {
  if (isTransposed(layer)) return "(size − 1) · stride − padding + kernel";
  if (isSame(layer)) return "⌈size / stride⌉";
  return layer.options?.ceil
    ? "⌈(size + padding − kernel) / stride⌉ + 1" : "⌊(size + padding − kernel) / stride⌋ + 1";
}

/** Input, output, stride, spanned kernel and the padding before and behind, along one axis. */
function sides(layer, axis) {
  const [before, behind] = layer.padding.slice(2 * axis, 2 * axis + 2);
  return [layer.input[axis], layer.output[axis], layer.stride[axis], extent(layer, axis), before, behind];
}

function size(layer, axis) {
  const [from, to, stride, kernel, before, behind] = sides(layer, axis);
  if (isTransposed(layer)) {
    const cut = before || behind ? ` − ${before} − ${behind}` : "";
    const more = to - ((from - 1) * stride - before - behind + kernel);
    return `(${from} − 1) · ${stride}${cut} + ${kernel}${more ? ` + ${more}` : ""} = ${to}`;
  }
  if (isSame(layer)) return `⌈${from} / ${stride}⌉ = ${to}`;
  const padded = before || behind ? `${from} + ${before} + ${behind}` : from;
  if (!layer.options?.ceil) return `⌊(${padded} − ${kernel}) / ${stride}⌋ + 1 = ${to}`;
  const rounded = Math.ceil((from + before + behind - kernel) / stride) + 1;
  const dropped = rounded === to ? "" : `; the last window would start in the padding, so ${to}`;
  return `⌈(${padded} − ${kernel}) / ${stride}⌉ + 1 = ${rounded}${dropped}`;
}

function padding(layer, axis) {
  const [from, to, stride, kernel, before, behind] = sides(layer, axis);
  const total = `max((${to} − 1) · ${stride} + ${kernel} − ${from}, 0) = ${before + behind}`;
  return before || behind ? `${total}: ${before} before, ${behind} after` : total;
}

function channels(layer) {
  const [given, result] = [last(layer.input), last(layer.output)];
  if (layer.kind === "depthwise_conv") {
    return ["Channels", "input channels · multiplier", `${given} · ${Math.floor(result / given)} = ${result}`];
  }
  if (layer.kind === "space_to_depth") {
    return ["Channels", "input channels · block", `${given} · ${layer.filter.join(" · ")} = ${result}`];
  }
  return ["Channels", layer.category === "convolution" ? "one per filter" : "same as the input", String(result)];
}

// --- parameters ------------------------------------------------------------------------------------------------------

function parameters(layer) {
  const steps = [["Parameters", parameterRule(layer), parametersWorked(layer)]];
  if (layer.parameters) steps.push(["Parameter memory", "4 bytes each in fp32", bytes(layer.parameters)]);
  const buffers = Object.entries(layer.buffers);
  if (buffers.length) {
    const kept = buffers.map(([, shape]) => shape);
    const count = kept.map(product).reduce((one, other) => one + other);
    steps.push(["Buffers, not trained", buffers.map(([name]) => name).join(" + "), `${formula(kept)} = ${grouped(count)}`]);
  }
  return steps;
}

/** The sum of tensors as text: `5×5×1×6 + 6`; equal neighbours are taken together: `2×64`. */
function formula(shapes) {
  const runs = [];
  for (const shape of shapes) {
    if (runs.length && same(runs.at(-1)[0], shape)) runs.at(-1)[1] += 1;
    else runs.push([shape, 1]);
  }
  return runs.map(([shape, count]) => (count === 1 ? times(shape) : `${count}×${times(shape)}`)).join(" + ");
}

function parameterRule(layer) {
  const names = Object.keys(layer.tensors);
  if (!names.length) return "no learned parameters";
  if (layer.category === "normalization") return "one scale and one shift per channel";
  if (hasKernels(layer)) return weightRule(layer) + names.slice(1).map((name) => biasRule(layer.tensors[name])).join("");
  if (layer.kind === "fc" || layer.kind === "linear") return `inputs × units${names.length > 1 ? " + units" : ""}`;
  return names.join(" + ");
}

function weightRule(layer) {
  if (layer.tensors.weight.length === 3) return "k_h × k_w × connections";
  if (layer.kind === "depthwise_conv") return "k_h × k_w × 1 × C_out";
  return layer.groups > 1 ? "k_h × k_w × (C_in / groups) × C_out" : "k_h × k_w × C_in × C_out";
}

const biasRule = (shape) => (shape.length === 3 ? " + H × W × C_out" : " + C_out");

function parametersWorked(layer) {
  if (!layer.formula) return "0";
  const worked = `${layer.formula} = ${grouped(layer.parameters)}`;
  if (!(layer.groups > 1)) return worked;
  const [height, width, , filters] = layer.tensors.weight;
  const others = layer.formula.slice(times(layer.tensors.weight).length);
  return `${height}×${width}×(${last(layer.input)} / ${layer.groups})×${filters}${others} = ${worked}`;
}

// --- multiply-accumulates and activations ------------------------------------------------------------------------------

function macs(layer) {
  return ["MACs", macsRule(layer), layer.macs ? `${macsWorked(layer)} = ${grouped(layer.macs)}` : "0"];
}

function macsRule(layer) {
  if (!layer.macs) return "not counted for this layer type";
  if (layer.attention_macs) {
    const network = layer.tensors.logit_scale ? " + relative positions · position network" : "";
    return `positions · 4 · C² + 2 · C · positions · attended positions${network}`;
  }
  if (hasKernels(layer)) return `${isTransposed(layer) ? "input" : "output"} positions · weights`;
  if (layer.category === "convolution") return "outputs · weights";
  return layer.kind === "fc" ? "inputs × units" : "positions · C × units";
}

function macsWorked(layer) {
  if (layer.attention_macs) return attentionMacs(layer);
  const weight = layer.tensors.weight ?? layer.buffers.weight;
  const isAlongChannels = layer.category === "convolution" && !hasKernels(layer);
  const positions = isAlongChannels ? layer.output : (isTransposed(layer) ? layer.input : layer.output).slice(0, -1);
  return `${positions.length && layer.kind !== "fc" ? `${times(positions)} · ` : ""}${times(weight)}`;
}

function attentionMacs(layer) {
  const width = last(layer.input);
  let spatial = layer.input.slice(0, -1);
  if (layer.kind === "window_attention") {
    spatial = spatial.map((side, axis) => Math.ceil(side / layer.filter[axis]) * layer.filter[axis]);
  }
  const positions = product(spatial);
  const seen = layer.kind === "attention" ? positions : product(layer.filter);
  return `${positions} · 4 · ${width}² + 2 · ${width} · ${positions} · ${seen}${positionNetwork(layer)}`;
}

function positionNetwork(layer) {
  if (!layer.tensors.logit_scale) return "";
  const relative = product(layer.filter.map((side) => 2 * side - 1));
  return ` + ${relative} · ${HIDDEN} · (2 + ${layer.options.heads})`;
}

function activations(layer) {
  const rule = ["", "C", "T × C", "H × W × C"][layer.output.length];
  const count = grouped(layer.activations);
  const name = layer.activation_function;
  return [
    ...(name ? [["Activation function", "in place, on each value", name.replaceAll("_", " ")]] : []),
    ["Activations", rule, layer.output.length > 1 ? `${times(layer.output)} = ${count}` : count],
    ["Activation memory", "4 bytes each in fp32", bytes(layer.activations)],
  ];
}

// --- receptive field ---------------------------------------------------------------------------------------------------

/** For each layer the fields that enter and leave: { size, step } along height and width, or null for the whole input. */
function receptiveFields({ layers }) {
  const fields = [];
  for (const layer of layers) {
    const feeds = layer.kind === "multiply" ? layer.from.slice(0, 1) : layer.from;
    const before = feeds.map((feed) => (feed < 0 ? { size: [1, 1], step: [1, 1] } : fields[feed].after)).reduce(joined);
    const window = reach(layer);
    const whole = layer.receptive_field === null || before === null;
    fields.push({ before, window, after: whole ? null : window ? through(before, window) : before });
  }
  return fields;
}

function joined(one, other) {
  if (!one || !other) return null;
  const larger = (a, b) => a.map((side, axis) => Math.max(side, b[axis]));
  return { size: larger(one.size, other.size), step: larger(one.step, other.step) };
}

/** The window by which the receptive field grows, if it does. */
function reach({ kind, filter, stride, dilation, options, input, output }) {
  const none = [1, 1];
  const enlarged = () => output.slice(0, 2).map((side, axis) => side / input[axis]);
  if (kind === "transposed_conv") {
    const kernel = stride.map((s, axis) => Math.ceil((dilation[axis] * (filter[axis] - 1) + 1) / s));
    return { kernel, stride: none, dilation: none, upsampling: stride };
  }
  if (kind === "upsample") {
    const kernel = options?.mode === "bilinear" ? [2, 2] : none;
    return { kernel, stride: none, dilation: none, upsampling: enlarged() };
  }
  if (kind === "depth_to_space") return { kernel: none, stride: none, dilation: none, upsampling: filter };
  if (kind === "window_attention") return { kernel: filter, stride: none, dilation: none, upsampling: none };
  return stride ? { kernel: filter, stride, dilation, upsampling: none } : null;
}

function through({ size, step }, { kernel, stride, dilation, upsampling }) {
  return {
    size: size.map((side, axis) => side + (kernel[axis] - 1) * dilation[axis] * step[axis]),
    step: step.map((side, axis) => Math.max(Math.floor((side * stride[axis]) / upsampling[axis]), 1)),
  };
}

function receptiveField(layer, fields) {
  const { before, window, after } = fields[layer.index];
  if (!after) return [["Receptive field", "every value sees the whole input", "all"]];
  if (!window) {
    const joining = layer.kind === "multiply" ? "same as the first branch" : "the largest of the branches";
    const rule = isJoin(layer) ? joining : "same as the input";
    return [["Receptive field", rule, `${pair(after.size)}, total stride ${pair(after.step)}`]];
  }
  const { kernel, stride, dilation, upsampling } = window;
  const isEnlarging = product(upsampling) > 1;
  const grown = (axis) =>
    `${before.size[axis]} + (${kernel[axis]} − 1) · ${dilation[axis]} · ${before.step[axis]} = ${after.size[axis]}`;
  const stepped = (axis) => {
    const moved = `${before.step[axis]} · ${stride[axis]}`;
    return isEnlarging
      ? `max(⌊${moved} / ${upsampling[axis]}⌋, 1) = ${after.step[axis]}` : `${moved} = ${after.step[axis]}`;
  };
  return [
    ...along("Receptive field", "r + (k − 1) · d · j, with r and total stride j of the input", grown),
    ...along("Stride (total)", isEnlarging ? "max(⌊j · s / u⌋, 1)" : "j · s", stepped),
  ];
}
