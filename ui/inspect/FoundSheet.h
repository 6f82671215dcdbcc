// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QLabel;
class QWidget;

namespace nextquill::ui {

/// What a measurement found, as a pane shows it: a picture or table of it and words below, which
/// scroll down together and never sideways. Both belong to the sheet afterwards.
[[nodiscard]] QWidget* foundSheet(QWidget& picture, QLabel& words);

} // namespace nextquill::ui
