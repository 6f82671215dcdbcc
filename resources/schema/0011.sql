-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a model says of a data set is kept text by text: figures alone, no words.

-- One way to measure: a model with its weights, and how prompts are made for it.
CREATE TABLE effect_series (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                      -- the model's, as last called
    model TEXT NOT NULL,                     -- SHA-256 of its weights and tokenizer
    settings TEXT NOT NULL,                  -- SHA-256 of template, selection, budget, numbers
    created INTEGER NOT NULL,
    UNIQUE (model, settings)
) STRICT;

CREATE TABLE effects (
    series_id INTEGER NOT NULL REFERENCES effect_series (id) ON DELETE CASCADE,
    review_id INTEGER NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    content BLOB NOT NULL,                   -- SHA-256 of text, item and history it was measured on
    created INTEGER NOT NULL,
    tokens BLOB NOT NULL,                    -- docs/formats.md, Kept effects
    PRIMARY KEY (series_id, review_id)
) STRICT;
CREATE INDEX effects_by_review ON effects (review_id);
