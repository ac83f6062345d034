# SPDX-License-Identifier: Apache-2.0
"""What is looked at on a page: names of controls, order of headings, contrast, width."""

NAMES = """() => {
  const seen = (node) => node.checkVisibility({visibilityProperty: true}) && !node.closest('[hidden]');
  const name = (node) => {
    const by = (node.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean)
      .map((id) => document.getElementById(id)?.textContent || '').join(' ').trim();
    return by || node.getAttribute('aria-label') || [...(node.labels || [])].map((label) => label.textContent).join(' ').trim()
      || node.textContent.trim();
  };
  const nodes = 'a[href], button, input, select, dialog, table, section, nav, [role=meter], [role=progressbar], [role=img]';
  return [...document.querySelectorAll(nodes)].filter(seen).filter((node) => !name(node)).map((node) => node.outerHTML.slice(0, 120));
}"""

HEADINGS = """() => [...document.querySelectorAll('h1, h2, h3')].filter((node) => node.checkVisibility() && !node.closest('dialog'))
  .map((node) => [Number(node.tagName[1]), node.textContent])"""

# A canvas makes numbers of whatever way a colour is written in.
CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const read = (text) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] / 255 + under[i] * (1 - top[3] / 255)).concat(255);
  const ground = (node) => {
    const layers = [];
    for (let each = node; each; each = each.parentElement) layers.push(read(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), read(getComputedStyle(document.body).backgroundColor));
  };
  const light = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
  const found = [];
  let lowest = 21;
  const look = (node, color, what) => {
    const under = ground(node);
    const value = ratio(over(read(color), under), under);
    lowest = Math.min(lowest, value);
    if (value < 4.5) found.push(`${value.toFixed(2)} ${what}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('script, noscript, .unseen, .skip, :disabled')) continue;
    look(node, getComputedStyle(node).color, walker.currentNode.data.trim().slice(0, 40));
  }
  for (const node of document.querySelectorAll('input')) {
    if (node.checkVisibility()) look(node, getComputedStyle(node, '::placeholder').color, 'placeholder');
  }
  return [lowest, found];
}"""


def names(page):
    missing = page.evaluate(NAMES)
    assert not missing, f"without a name: {missing}"


def headings(page):
    found = page.evaluate(HEADINGS)
    assert [level for level, _ in found].count(1) == 1, f"not one h1: {found}"
    assert found[0][0] == 1, f"the first heading is no h1: {found}"
    for (above, _), (below, text) in zip(found, found[1:]):
        assert below <= above + 1, f"a level is left out before {text!r}"


def contrast(page):
    lowest, found = page.evaluate(CONTRAST)
    assert not found, f"too little contrast: {found}"
    return lowest


def width(page):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} pixels too wide at {page.viewport_size}"
