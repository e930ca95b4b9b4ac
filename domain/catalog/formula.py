"""Price formulas: arithmetic on names, in decimals, parsed once and checked before anybody is quoted by them.

Python only reads the text. Of its tree the kinds of nodes listed here pass, and of those small functions are made that
know nothing else: no attributes of objects, no powers, no calls but ours. ``玻璃.加价`` is one name with a dot.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final, cast

LONGEST: Final = 300
"""Characters of one formula."""
_DEEPEST: Final = 30
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_OPERATORS: Final[Mapping[type[ast.AST], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_UNARY: Final[Mapping[type[ast.AST], Callable[[Any], Any]]] = {ast.Not: operator.not_, ast.USub: operator.neg}
_ALLOWED: Final = (*_OPERATORS, *_UNARY, ast.And, ast.Or)
_BRANCHES: Final = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)
_FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "max": max,
    "min": min,
    "ceil": lambda number: number.to_integral_value(rounding=ROUND_CEILING),
    "floor": lambda number: number.to_integral_value(rounding=ROUND_FLOOR),
}

Value = Decimal | str
"""What a name stands for: a number, or the option that was chosen."""
Names = Mapping[str, Value]
_Evaluate = Callable[[Any], Any]


class FormulaError(ValueError):
    """The formula cannot be read or worked out; the message says what stands there and what would be right."""


class Formula:
    """One formula, and the ``names`` it uses."""

    __slots__ = ("_evaluate", "names", "text")

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        tree = _parsed(self.text)
        self.names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - set(_FUNCTIONS)
        self._evaluate = _built(tree)

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

    def number(self, names: Names) -> Decimal:
        """Return its value; FormulaError when it has none (a division by zero, a word)."""
        value = self._value(names)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise FormulaError(f"公式“{self.text}”算不出数")
        return value

    def holds(self, names: Names) -> bool:
        """Return whether it holds, as a condition."""
        return bool(self._value(names))

    def _value(self, names: Names) -> Any:
        try:
            return self._evaluate(names)
        except ArithmeticError:
            raise FormulaError(f"公式“{self.text}”算不出数：除数是 0，或数字太大") from None
        except KeyError:
            raise FormulaError(f"公式“{self.text}”算不出数：少了一个名字") from None
        except (TypeError, AttributeError):
            raise FormulaError(f"公式“{self.text}”把文字当成了数字") from None


def _built(node: ast.expr) -> _Evaluate:
    """Return what works the checked tree out: each kind of node is one small function over those below it."""
    match node:
        case ast.Constant(value=constant):
            return lambda _: constant
        case ast.Name(id=name):
            return operator.itemgetter(name)
        case ast.BinOp(left=left, op=op, right=right):
            return _joined(_OPERATORS[type(op)], left, right)
        case ast.UnaryOp(op=op, operand=operand):
            apply, of = _UNARY[type(op)], _built(operand)
            return lambda names: apply(of(names))
        case ast.BoolOp(op=op, values=values):
            parts, every = [_built(each) for each in values], isinstance(op, ast.And)
            return lambda names: all(part(names) for part in parts) if every else any(part(names) for part in parts)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            ends = [left, *comparators]
            links = [_joined(_OPERATORS[type(op)], *ends[at : at + 2]) for at, op in enumerate(ops)]
            return links[0] if len(links) == 1 else lambda names: all(link(names) for link in links)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            condition, then, otherwise = _built(test), _built(body), _built(orelse)
            return lambda names: then(names) if condition(names) else otherwise(names)
        case ast.Call(func=ast.Name(id=called), args=args):
            function, given = _FUNCTIONS[called], [_built(each) for each in args]
            return lambda names: function(*[each(names) for each in given])
    raise AssertionError("the tree was checked")


def _joined(apply: Callable[[Any, Any], Any], left: ast.expr, right: ast.expr) -> _Evaluate:
    first, second = _built(left), _built(right)
    return lambda names: apply(first(names), second(names))


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
    elif not isinstance(node, _BRANCHES) or any(not isinstance(each, _ALLOWED) for each in _operators(node)):
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
