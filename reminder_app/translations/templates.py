"""Texts of Jinja templates: `_`, `ngettext` and `pgettext` in them speak the language of the moment.

Each is one call, and a text without values is looked up once: a mail says twenty of them, and by the
functions of Jinja's extension these were a third of what it costs to write one.
"""

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, nodes, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from reminder_app.translations.speech import catalogue


class OfOneLanguage(Environment):
    """Its templates are compiled, and rendered, in one language: texts without values become a part of them."""

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        return super()._generate(Said().visit(source), *arguments, **options)


class Said(NodeTransformer):
    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_"),
                args=[nodes.Const(value=text)],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                return nodes.MarkSafeIfAutoescape(nodes.Const(said(catalogue(), str, text)))
        return node


def install(environment: Environment) -> None:
    environment.globals.update(_=gettext, ngettext=ngettext, pgettext=pgettext)


@pass_eval_context
def gettext(context: EvalContext, text: str, /, **values: Any) -> str:
    if values:
        return kind(context)(catalogue().ugettext(text)) % values
    return said(catalogue(), kind(context), text)


@pass_eval_context
def ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:
    return kind(context)(catalogue().ungettext(one, many, num)) % {"num": num, **values}


@pass_eval_context
def pgettext(context: EvalContext, meaning: str, text: str, /, **values: Any) -> str:
    return kind(context)(catalogue().upgettext(meaning, text)) % values


def kind(context: EvalContext) -> type[str]:
    """Where values are escaped, what they are put into is markup."""
    return Markup if context.autoescape else str


@lru_cache(maxsize=8192)
def said(spoken: NullTranslations, kind: type[str], text: str) -> str:
    return kind(spoken.ugettext(text)) % {}
