// Gradio names buttons and plots in English alone, for screen readers and as hints: on the Chinese page they have Chinese names.
() => {
  const words = {
    "Click to upload or drop files": "点击上传或拖放文件",
    "Clear": "清除",
    "Code input container": "代码编辑框",
    "Copied": "已复制",
    "Copy": "复制",
    "Copy table data": "复制表格内容",
    "Dataframe": "表格",
    "Dataframe table": "表格",
    "Download": "下载",
    "Editor content": "编辑内容",
    "Empty value": "暂无内容",
    "Exit fullscreen": "退出全屏",
    "File upload": "上传文件",
    "Fullscreen": "全屏",
    "Loading": "加载中",
    "More tabs": "更多页面",
    "Open cell menu": "打开单元格菜单",
    "Remove this file": "移除该文件",
    "Reset to default value": "恢复默认值",
    "Static column": "固定列",
    "Table actions": "表格操作",
    "Fold line": "折叠此行",
    "Unfold line": "展开此行",
    "Vega visualization": "图表",
  };
  const patterns = [
    [/^(?:number input|range slider) for (.*)$/s, "$1"],
    [/^Title text '(.*)'$/s, "$1"],
    [/^X-axis titled '(.*?)' .*$/s, "横轴：$1"],
    [/^Y-axis titled '(.*?)' .*$/s, "纵轴：$1"],
    [/^Symbol legend titled '(.*?)' .*$/s, "图例：$1"],
  ];
  const told = { "Connection to the server was lost. Attempting reconnection...": "与服务器的连接断了，正在重新连接……" };
  const named = (text) => {
    if (words[text]) return words[text];
    const found = patterns.find(([pattern]) => pattern.test(text));
    return found ? text.replace(...found) : null;
  };
  const name = (element) => {
    for (const attribute of ["aria-label", "title"]) {
      const text = element.getAttribute(attribute);
      const chinese = text && (element.matches("label input[title]") ? element.closest("label").textContent.trim() : named(text));
      if (chinese && chinese !== text) element.setAttribute(attribute, chinese);
    }
  };
  const all = (root) => {
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    name(root);
    root.querySelectorAll("[aria-label], [title]").forEach(name);
    for (const said of root.querySelectorAll(".toast-message-text")) said.textContent = told[said.textContent.trim()] || said.textContent;
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "attributes") name(change.target);
      change.addedNodes.forEach(all);
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "title"] });
  all(document.body);
}
