#include <haulwatch/scoring/report_text.hpp>

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <set>
#include <string_view>

namespace haulwatch::scoring {
namespace {

std::string number(const std::optional<double>& value, int decimals) {
  return value ? fmt::format("{:.{}f}", *value, decimals) : "-";
}

std::string with_bounds(const Estimate& estimate, int decimals) {
  std::string text = number(estimate.value, decimals);
  if (estimate.low && estimate.high)
    text += fmt::format(" [{}, {}]", number(estimate.low, decimals), number(estimate.high, decimals));
  return text;
}

std::optional<double> of(const Share& share) {
  if (share.of == 0) return std::nullopt;
  return static_cast<double>(share.found) / static_cast<double>(share.of);
}

class TextReport {
 public:
  std::string write(const Summary& summary) {
    line("{} world{}, {} stops owed, {:.1f} truck-days", summary.worlds, summary.worlds == 1 ? "" : "s", summary.stops,
         summary.truck_days);
    write_found(summary);
    write_errors(summary);
    write_suspicions("suspicions, final", summary.final_suspicions);
    write_suspicions("suspicions, as first raised", summary.first_suspicions);
    write_purposes(summary.purposes);
    return std::move(text_);
  }

 private:
  template <class... Values>
  void line(fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Values>(values)...);
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_ += '\n';
  }

  /// Calls `row(name, summary)` for each kind, dumps included.
  template <class Row>
  static void each_kind(const Summary& summary, Row&& row) {
    for (const KindSummary& kind : summary.kinds) row(kind.kind, kind);
    row("dump", summary.final_suspicions.kind);
    row("dump, as first raised", summary.first_suspicions.kind);
  }

  void write_found(const Summary& summary) {
    line("");
    line("{:<22} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}  {:<22} {:<22} {:<22} {}", "found", "truth", "claimed", "matched",
         "neutral", "fragm.", "merged", "precision", "recall", "F1", "heard");
    each_kind(summary, [&](std::string_view name, const KindSummary& kind) {
      const Counts& n = kind.counts;
      line("{:<22} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6}  {:<22} {:<22} {:<22} {}", name, n.truths, n.claims, n.matched,
           n.neutral, n.fragmented, n.merged, with_bounds(kind.precision, 3), with_bounds(kind.recall, 3),
           with_bounds(kind.f1, 3), with_bounds(kind.heard_recall, 3));
    });
  }

  void write_errors(const Summary& summary) {
    line("");
    line("{:<22} {:>19} {:>19} {:>19} {:>19} {:>19}", "median / 95 % of", "start error, s", "end error, s",
         "place error, m", "delay, s", "end delay, s");
    each_kind(summary, [&](std::string_view name, const KindSummary& kind) {
      if (kind.counts.matched == 0) return;
      text_ += fmt::format("{:<22}", name);
      for (const Spread& spread : kind.errors)
        text_ += fmt::format(
            " {:>19}", spread.count == 0 ? "-" : number(spread.median.value, 1) + " / " + number(spread.p95.value, 1));
      text_ += '\n';
    });
  }

  void write_suspicions(std::string_view title, const SuspicionSummary& suspicions) {
    line("");
    line("{}", title);
    line("  false per 1,000 stops  {}", with_bounds(suspicions.false_per_1000_stops, 2));
    line("  false per truck-day    {}", with_bounds(suspicions.false_per_truck_day, 3));
    line("  terminal cut: recall   {}, {} of {}", with_bounds(suspicions.terminal_cut_recall, 3),
         suspicions.terminal_cut.found, suspicions.terminal_cut.of);
    for (const auto& [manner, share] : suspicions.manners)
      line("  manner {:<28} recall {}, {} of {}", manner, number(of(share), 3), share.found, share.of);
    for (const auto& [name, share] : suspicions.look_alikes)
      line("  look-alike {:<24} suspected {}, {} of {}", name, number(of(share), 3), share.found, share.of);
    write_reliability(suspicions.reliability);
  }

  void write_reliability(const Reliability& reliability) {
    if (!reliability.brier) return;
    line("  score: Brier {}; in each tenth, claims: mean score, share true", number(reliability.brier, 4));
    for (std::size_t i = 0; i < reliability.bins.size(); ++i) {
      const ReliabilityBin& bin = reliability.bins[i];
      if (bin.claims == 0) continue;
      const auto claims = static_cast<double>(bin.claims);
      line("    {:.1f} to {:.1f} {:>8}: {:.3f}, {:.3f}", static_cast<double>(i) / 10.0,
           static_cast<double>(i + 1) / 10.0, bin.claims, bin.score_sum / claims,
           static_cast<double>(bin.true_claims) / claims);
    }
  }

  void write_purposes(const Confusion& purposes) {
    if (purposes.empty()) return;
    std::set<std::string> rows, columns;
    for (const auto& [pair, count] : purposes) {
      rows.insert(pair.first);
      columns.insert(pair.second);
    }
    line("");
    text_ += fmt::format("{:<22}", "true \\ claimed");
    for (const std::string& column : columns) text_ += fmt::format(" {:>10}", column.empty() ? "(none)" : column);
    text_ += '\n';
    for (const std::string& row : rows) {
      text_ += fmt::format("{:<22}", row);
      for (const std::string& column : columns) {
        const auto cell = purposes.find({row, column});
        text_ += fmt::format(" {:>10}", cell == purposes.end() ? 0 : cell->second);
      }
      text_ += '\n';
    }
  }

  std::string text_;
};

}  // namespace

std::string report_text(const Summary& summary) {
  return TextReport{}.write(summary);
}

}  // namespace haulwatch::scoring
