#include "replay_summary.hpp"

#include <fmt/format.h>

#include <iterator>

namespace haulwatch::cli {

namespace {

constexpr std::array refusals{Verdict::bad_row, Verdict::no_fix,  Verdict::null_island,   Verdict::out_of_range,
                              Verdict::future,  Verdict::too_old, Verdict::implied_speed, Verdict::frozen};

/// 1234567 as 1 234 567, so that a row count can be read.
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ' ');
  return digits;
}

double per_fix(std::size_t bytes, const JournalUse& use) {
  return static_cast<double>(bytes) / static_cast<double>(use.fixes);
}

std::uint64_t rate(const ReplaySummary& summary) {
  return summary.seconds > 0.0 ? static_cast<std::uint64_t>(static_cast<double>(summary.rows()) / summary.seconds) : 0;
}

}  // namespace

std::string as_text(const ReplaySummary& s) {
  std::string text;
  const auto line = [&](std::string_view what, std::uint64_t count, std::string_view remark) {
    fmt::format_to(std::back_inserter(text), "{:<20}{:>14}{}{}\n", what, grouped(count), remark.empty() ? "" : "   ",
                   remark);
  };
  line("rows read", s.rows(), {});
  line("fixes accepted", s.counts[Verdict::kept], {});
  line("duplicates", s.counts[Verdict::duplicate], {});
  if (s.counts[Verdict::merged] > 0)
    line("late, put in place", s.counts[Verdict::merged], fmt::format("vehicles were run again {} times", s.reruns));
  line("late", s.counts[Verdict::late], s.first[static_cast<std::size_t>(Verdict::late)]);
  line("rejected", s.counts.rejected(), {});
  for (const Verdict why : refusals)
    if (s.counts[why] > 0)
      line(fmt::format("  {}", name_of(why)), s.counts[why], s.first[static_cast<std::size_t>(why)]);
  if (s.journal.fixes > 0)
    line("in the journal", s.journal.fixes,
         fmt::format("{:.1f} bytes each, {:.1f} with all that it takes to run them again",
                     per_fix(s.journal.fix_bytes, s.journal), per_fix(s.journal.bytes, s.journal)));
  if (s.passed_over > 0) line("after --until", s.passed_over, {});
  line("vehicles", s.vehicles,
       s.sorted_vehicles > 0 ? fmt::format("{} with rows out of order were sorted", s.sorted_vehicles) : "");
  std::uint64_t events = 0;
  for (const std::uint64_t count : s.events) events += count;
  line("events", events,
       s.revisions + s.retractions > 0 ? fmt::format("{} revisions, {} retractions", s.revisions, s.retractions) : "");
  for (std::size_t i = 0; i < event_kind_count; ++i)
    if (s.events[i] > 0) line(fmt::format("  {}", name_of(static_cast<EventKind>(i))), s.events[i], {});
  fmt::format_to(std::back_inserter(text), "{:<20}{:>14}   in {:.2f} s\n", "fixes a second", grouped(rate(s)),
                 s.seconds);
  return text;
}

std::string as_json(const ReplaySummary& s) {
  std::string text =
      fmt::format(R"({{"rows":{},"accepted":{},"duplicates":{},"late":{},"late_merged":{},"rejected":{{"total":{})",
                  s.rows(), s.counts[Verdict::kept], s.counts[Verdict::duplicate], s.counts[Verdict::late],
                  s.counts[Verdict::merged], s.counts.rejected());
  for (const Verdict why : refusals)
    fmt::format_to(std::back_inserter(text), R"(,"{}":{})", name_of(why), s.counts[why]);
  fmt::format_to(
      std::back_inserter(text),
      R"(}},"after_until":{},"vehicles":{},"sorted_vehicles":{},"reruns":{},"revisions":{},"retractions":{},)",
      s.passed_over, s.vehicles, s.sorted_vehicles, s.reruns, s.revisions, s.retractions);
  fmt::format_to(std::back_inserter(text), R"("journal":{{"fixes":{},"fix_bytes":{},"bytes":{}}},"events":{{)",
                 s.journal.fixes, s.journal.fix_bytes, s.journal.bytes);
  for (std::size_t i = 0; i < event_kind_count; ++i)
    fmt::format_to(std::back_inserter(text), R"({}"{}":{})", i == 0 ? "" : ",", name_of(static_cast<EventKind>(i)),
                   s.events[i]);
  fmt::format_to(std::back_inserter(text), R"(}},"seconds":{:.3f},"fixes_per_second":{}}})", s.seconds, rate(s));
  return text + "\n";
}

}  // namespace haulwatch::cli
