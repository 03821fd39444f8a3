#include <haulwatch/scoring/report_json.hpp>

#include <haulwatch/io/detail/append_text.hpp>

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace haulwatch::scoring {
namespace {

/// Writes members in the order of the calls.
class JsonText {
 public:
  using Body = std::function<void()>;

  void object(const Body& body) { within('{', body, '}'); }
  void array(const Body& body) { within('[', body, ']'); }

  void key(std::string_view name) {
    comma();
    io::detail::append_json_string(text_, name);
    text_ += ':';
    needs_comma_ = false;
  }
  void value(std::optional<double> number) {
    comma();
    text_ += number ? fmt::format("{:.6g}", *number) : "null";
  }
  void value(std::uint64_t number) {
    comma();
    io::detail::append_integer(text_, number);
  }
  void value(std::string_view text) {
    comma();
    io::detail::append_json_string(text_, text);
  }
  template <class Value>
  void member(std::string_view name, const Value& of) {
    key(name);
    value(of);
  }
  [[nodiscard]] std::string take() { return std::move(text_) + '\n'; }

 private:
  void comma() {
    if (needs_comma_) text_ += ',';
    needs_comma_ = true;
  }
  void within(char open, const Body& body, char close) {
    comma();
    text_ += open;
    needs_comma_ = false;
    body();
    text_ += close;
    needs_comma_ = true;
  }

  std::string text_;
  bool needs_comma_ = false;
};

class JsonReport {
 public:
  std::string write(const Summary& summary) {
    json_.object([&] {
      json_.member("worlds", std::uint64_t{summary.worlds});
      json_.member("stops", summary.stops);
      json_.member("truck_days", std::optional{summary.truck_days});
      json_.key("kinds");
      json_.object([&] {
        for (const KindSummary& kind : summary.kinds) write_kind(kind.kind, kind);
      });
      json_.key("suspicions");
      json_.object([&] {
        write_suspicions("final", summary.final_suspicions);
        write_suspicions("first_raised", summary.first_suspicions);
      });
      write_purposes(summary.purposes);
    });
    return json_.take();
  }

 private:
  void write(std::string_view name, const Estimate& estimate) {
    json_.key(name);
    json_.object([&] {
      json_.member("value", estimate.value);
      json_.member("low", estimate.low);
      json_.member("high", estimate.high);
    });
  }

  void write_kind(std::string_view name, const KindSummary& kind) {
    json_.key(name);
    json_.object([&] { write_members(kind); });
  }

  void write_members(const KindSummary& kind) {
    const Counts& n = kind.counts;
    const std::pair<std::string_view, std::uint64_t> counts[] = {
        {"truths", n.truths},         {"claims", n.claims}, {"matched", n.matched},     {"neutral", n.neutral},
        {"fragmented", n.fragmented}, {"merged", n.merged}, {"same_site", n.same_site}, {"same_faults", n.same_faults}};
    for (const auto& [name, count] : counts) json_.member(name, count);
    write("precision", kind.precision);
    write("recall", kind.recall);
    write("f1", kind.f1);
    write_share("heard", kind.heard, kind.heard_recall);
    for (std::size_t i = 0; i < error_kinds; ++i) {
      json_.key(names_of_errors[i]);
      json_.object([&] {
        json_.member("count", std::uint64_t{kind.errors[i].count});
        write("median", kind.errors[i].median);
        write("p95", kind.errors[i].p95);
      });
    }
  }

  void write_suspicions(std::string_view name, const SuspicionSummary& suspicions) {
    json_.key(name);
    json_.object([&] {
      write_members(suspicions.kind);
      write("false_per_1000_stops", suspicions.false_per_1000_stops);
      write("false_per_truck_day", suspicions.false_per_truck_day);
      write_share("terminal_cut", suspicions.terminal_cut, suspicions.terminal_cut_recall);
      write_shares("manners", suspicions.manners);
      write_shares("look_alikes", suspicions.look_alikes);
      write_reliability(suspicions.reliability);
    });
  }

  void write_share(std::string_view name, const Share& share, const Estimate& recall) {
    json_.key(name);
    json_.object([&] {
      json_.member("of", share.of);
      json_.member("found", share.found);
      write("recall", recall);
    });
  }

  void write_shares(std::string_view name, const std::map<std::string, Share>& shares) {
    json_.key(name);
    json_.object([&] {
      for (const auto& [what, share] : shares) {
        json_.key(what);
        json_.object([&, &counted = share] {
          json_.member("of", counted.of);
          json_.member("found", counted.found);
        });
      }
    });
  }

  void write_reliability(const Reliability& reliability) {
    json_.member("brier", reliability.brier);
    json_.key("reliability");
    json_.array([&] {
      for (const ReliabilityBin& bin : reliability.bins) {
        const auto claims = static_cast<double>(bin.claims);
        const auto mean = [&](double sum) { return bin.claims == 0 ? std::nullopt : std::optional{sum / claims}; };
        json_.object([&] {
          json_.member("claims", bin.claims);
          json_.member("mean_score", mean(bin.score_sum));
          json_.member("share_true", mean(static_cast<double>(bin.true_claims)));
        });
      }
    });
  }

  void write_purposes(const Confusion& purposes) {
    json_.key("purposes");
    json_.array([&] {
      for (const auto& [pair, count] : purposes) {
        json_.object([&, &names = pair, n = count] {
          json_.member("true", std::string_view{names.first});
          json_.member("claimed", std::string_view{names.second});
          json_.member("count", n);
        });
      }
    });
  }

  JsonText json_;
};

}  // namespace

std::string report_json(const Summary& summary) {
  return JsonReport{}.write(summary);
}

}  // namespace haulwatch::scoring
