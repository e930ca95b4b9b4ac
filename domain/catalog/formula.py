"""Price formulas: arithmetic on names, in decimals, parsed once and checked before anybody is quoted by them.

simpleeval evaluates; what it is handed is the tree of a short text, and only with the kinds of nodes
listed here: no attributes of objects, no powers, no calls but ours. ``玻璃.加价`` is one name with a dot.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException
from typing import Any, Final, cast

from simpleeval import DEFAULT_OPERATORS, SimpleEval

LONGEST: Final = 300
"""Characters of one formula."""
_DEEPEST: Final = 30
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_ARITHMETIC: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_LOGIC: Final = (ast.And, ast.Or, ast.Not, ast.USub)
_COMPARISONS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_BRANCHES: Final = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)
_FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "max": max,
    "min": min,
    "ceil": lambda number: number.to_integral_value(rounding=ROUND_CEILING),
    "floor": lambda number: number.to_integral_value(rounding=ROUND_FLOOR),
}

Value = Decimal | str
"""What a name stands for: a number, or the option that was chosen."""


class FormulaError(ValueError):
    """The formula cannot be read or worked out; the message says what stands there and what would be right."""


class Formula:
    """One formula: ``names`` (in order: ``needs``) are what it uses, ``tree`` what is evaluated."""

    __slots__ = ("names", "needs", "text", "tree")

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.tree = _parsed(self.text)
        self.names = frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)) - set(_FUNCTIONS)
        self.needs = tuple(sorted(self.names))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def unknown(self, known: Mapping[str, Any] | frozenset[str]) -> Iterator[str]:
        """Yield a sentence for every name that is not among ``known``, with the nearest one."""
        for name in sorted(self.names - set(known)):
            close = difflib.get_close_matches(name, list(known), 1, cutoff=0.4)
            yield f"公式“{self.text}”里没有“{name}”这个名字，" + (
                f"是不是“{close[0]}”？" if close else f"可以用 {'、'.join(sorted(known))}"
            )


class Calculator:
    """Works formulas out, each once for the same values of its names; not to be shared between threads."""

    def __init__(self) -> None:
        self._evaluator = _Evaluator(operators=_OPERATORS, functions=dict(_FUNCTIONS), names={})
        self._known: dict[tuple[Any, ...], Any] = {}

    def number(self, formula: Formula, names: Mapping[str, Value]) -> Decimal:
        """Return the formula's value; FormulaError when it has none (a division by zero, a word)."""
        value = self._value(formula, names)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise FormulaError(f"公式“{formula.text}”算不出数")
        return value

    def holds(self, formula: Formula, names: Mapping[str, Value]) -> bool:
        """Return whether a condition holds."""
        return bool(self._value(formula, names))

    def _value(self, formula: Formula, names: Mapping[str, Value]) -> Any:
        if isinstance(formula.tree, ast.Constant):
            return formula.tree.value
        if isinstance(formula.tree, ast.Name) and formula.tree.id in names:
            return names[formula.tree.id]
        key = (formula.text, *(names[name] for name in formula.needs))
        if key not in self._known:
            self._known[key] = self._evaluated(formula, names)
        return self._known[key]

    def _evaluated(self, formula: Formula, names: Mapping[str, Value]) -> Any:
        self._evaluator.names = names
        try:
            return self._evaluator.eval(formula.text, previously_parsed=formula.tree)
        except (DecimalException, ArithmeticError):
            raise FormulaError(f"公式“{formula.text}”算不出数：除数是 0，或数字太大") from None
        except (TypeError, AttributeError):
            raise FormulaError(f"公式“{formula.text}”把文字当成了数字") from None


class _Evaluator(SimpleEval):  # type: ignore[misc]
    """Without the look at every intermediate value: the tree is ours, its values are decimals and words."""

    def _check_disallowed_items(self, item: Any) -> None:
        """Nothing to look for."""


_OPERATORS: Final = {kind: DEFAULT_OPERATORS[kind] for kind in (*_ARITHMETIC, *_COMPARISONS, ast.Not, ast.USub)} | {
    # simpleeval's own multiplication guards against long strings; among decimals there are none.
    ast.Mult: lambda left, right: left * right,
    ast.Add: lambda left, right: left + right,
}


def _parsed(text: str) -> ast.expr:
    if not text:
        raise FormulaError("公式是空的")
    if len(text) > LONGEST:
        raise FormulaError(f"公式太长，最多 {LONGEST} 个字")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"公式“{text}”看不懂，看括号和运算符，例如：宽 * 高 / 1000000") from None
    return _checked(tree, text, 0)


def _checked(node: ast.expr, text: str, depth: int) -> ast.expr:
    """Return the node with decimals for numbers and dotted names as one; FormulaError for all that is not allowed."""
    if depth > _DEEPEST:
        raise FormulaError(f"公式“{text}”嵌套太深，请拆成几个")
    if isinstance(node, ast.Constant):
        return ast.Constant(cast("Any", _constant(node, text)))
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return ast.Name(f"{node.value.id}.{node.attr}", ast.Load())
    if isinstance(node, ast.Name):
        return node
    _check_kind(node, text)
    for name, part in ast.iter_fields(node):
        if isinstance(part, ast.expr) and not (isinstance(node, ast.Call) and name == "func"):
            setattr(node, name, _checked(part, text, depth + 1))
        elif isinstance(part, list):
            setattr(node, name, [_checked(p, text, depth + 1) if isinstance(p, ast.expr) else p for p in part])
    return node


def _check_kind(node: ast.expr, text: str) -> None:
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called not in _FUNCTIONS or not node.args or node.keywords:
            raise FormulaError(f"公式“{text}”里只能用 {'、'.join(_FUNCTIONS)} 这几个函数")
        if called in ("ceil", "floor") and len(node.args) != 1:
            raise FormulaError(f"公式“{text}”里 {called} 只能有一个数")
    elif not isinstance(node, _BRANCHES) or any(
        not isinstance(each, (*_ARITHMETIC, *_LOGIC, *_COMPARISONS)) for each in _operators(node)
    ):
        raise FormulaError(f"公式“{text}”里只能有数字、名字、+ - * /、比较和 max、min、ceil、floor")


def _operators(node: ast.expr) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp | ast.UnaryOp | ast.BoolOp):
        yield node.op
    elif isinstance(node, ast.Compare):
        yield from node.ops


def _constant(node: ast.Constant, text: str) -> Decimal | str:
    if isinstance(node.value, str):
        return node.value
    written = ast.get_source_segment(text, node) or ""
    if isinstance(node.value, bool) or not _NUMBER.fullmatch(written) or not math.isfinite(float(written)):
        raise FormulaError(f"公式“{text}”里的“{written[:20]}”不是普通的数字，请写成 1200 或 0.05")
    return Decimal(written)
