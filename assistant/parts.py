"""The parts of answering that can be left out one by one, so that what each brings can be measured.

Users never choose them: ``treaty eval ablate`` does. A part left out is left out everywhere, the confidence included,
whose weights were learned with all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from index.retrieve import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts take part; each field's metadata has its ``name`` in words."""

    asking: bool = field(default=True, metadata={"name": "questions read as the encoder learned to"})
    lexical: bool = field(default=True, metadata={"name": "word search beside the encoder"})
    sentences: bool = field(default=True, metadata={"name": "vectors of sentences"})
    cross_encoder: bool = field(default=True, metadata={"name": "passages read again by the cross-encoder"})
    cascade: bool = field(default=True, metadata={"name": "more passages read where the order is in doubt"})
    learned: bool = field(default=True, metadata={"name": "learned order (else fused by rank)"})
    thesaurus: bool = field(default=True, metadata={"name": "legal words for everyday ones"})
    spelling: bool = field(default=True, metadata={"name": "misspelt words mended"})
    addresses: bool = field(default=True, metadata={"name": "provisions looked up by address"})
    names: bool = field(default=True, metadata={"name": "search kept to the treaties named"})
    carried: bool = field(default=True, metadata={"name": "follow-ups looked for near what was quoted"})
    definitions: bool = field(default=True, metadata={"name": "defined terms answered by their definition"})
    comparisons: bool = field(default=True, metadata={"name": "treaties compared side by side"})
    premises: bool = field(default=True, metadata={"name": "what is taken for granted checked"})
    forms: bool = field(default=True, metadata={"name": "form of the question in the confidence"})
    met: bool = field(default=True, metadata={"name": "words of the question met one by one"})
    treaty_first: bool = field(default=True, metadata={"name": "treaty before guide"})

    def search(self) -> Settings:
        """Return the settings of retrieval."""
        return Settings(
            asking=self.asking,
            lexical=self.lexical,
            sentences=self.sentences,
            cross_encoder=self.cross_encoder,
            cascade=self.cascade,
            learned=self.learned,
        )
