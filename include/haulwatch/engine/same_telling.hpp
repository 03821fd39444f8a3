#pragma once

#include <haulwatch/event.hpp>

namespace haulwatch {

/// Whether two events say the same to whoever reads them: everything but `revision`, `registry` and `sequence`, with
/// numbers at the decimals that formats state (degrees 7, metres and metres a second 1, scores and weights 3).
///
/// A track that is run again with a few fixes more gives a place some nanometres aside long afterwards, which is news
/// to nobody.
[[nodiscard]] bool same_telling(const Event& a, const Event& b) noexcept;

}  // namespace haulwatch
