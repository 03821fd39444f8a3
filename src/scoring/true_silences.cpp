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

bool TrueSilences::leave_heard(const Episode& episode) const {
  const auto hides = [&](TimeUtc instant) {
    const std::optional<Span> silence = around(episode.told->vehicle, instant);
    return silence && silence->from < instant && instant < silence->to;
  };
  return !hides(episode.start) && !hides(episode.end);
}

}  // namespace haulwatch::scoring
