#include <haulwatch/scoring/true_silences.hpp>

#include <algorithm>

namespace haulwatch::scoring {

std::optional<TrueSilences::Span> TrueSilences::around(std::string_view vehicle, TimeUtc instant) const {
  Span span{instant, instant};
  for (bool grows = true; grows;) {
    const Span before = span;
    index_.each_touching(vehicle, span.from, span.to, [&](std::uint32_t i) {
      span.from = std::min(span.from, silences_[i].start);
      span.to = std::max(span.to, silences_[i].end);
    });
    grows = span != before;
  }
  return span.from < span.to ? std::optional{span} : std::nullopt;
}

}  // namespace haulwatch::scoring
