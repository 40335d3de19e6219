"""The preview of a load in Chinese, as the terminal shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.localisation.chinese import in_chinese, line_in_chinese
from knowledge_base.preview import SHOWN, Preview

_STATUS = {
    "conflicting": "冲突",
    "invalid": "无效",
    "duplicate": "重复",
    "changed": "有改动",
    "removed": "已移除",
    "new": "新增",
    "unchanged": "不变",
}


def preview_in_chinese(preview: Preview) -> str:
    """The counts, then the rows that need a look, up to twenty of each status."""
    counts = "，".join(f"{_STATUS[status]} {count}" for status, count in preview.counts.items()) or "不会有变化"
    lines = [f"文档：{counts}（{preview.report.seconds:.1f} 秒）"]
    lines += [line_in_chinese(f"  {note}") for note in preview.report.notes]
    rows = preview.to_dict()["rows"]
    for status, name in _STATUS.items():
        found = [row for row in rows if row["status"] == status and status != "unchanged"]
        lines += [_line(row, name) for row in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"  … 还有 {len(found) - SHOWN} 行{name}；--json 全部列出")
    return "\n".join(lines)


def _line(row: Mapping[str, Any], status: str) -> str:
    where = "，".join(filter(None, (row["source"], row.get("section"), f"第 {row['row']} 行" if row.get("row") else "")))
    said = " ".join(str(row.get("question") or row.get("text") or "").split())[:100]
    reason = in_chinese(row["reason"]) or row["reason"]
    skipped = " → 跳过" if row["action"] == "skip" and row["status"] != "invalid" else ""
    replaces = " → 替换" if row["action"] == "overwrite" else ""
    key = f" [{row['key'][:8]}]" if row["key"] else ""
    return f"  {status} {where}{key}：{said}{' · ' if said and reason else ''}{reason}{skipped}{replaces}"
