#include <haulwatch/explain/explain.hpp>

#include "phrases.hpp"

#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/io/event_writer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace haulwatch::explain {

namespace {

constexpr std::size_t line_width = 100;

/// Characters, not bytes: continuation bytes of UTF-8 are not counted.
std::size_t width_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Breaks lines at blanks; what follows the first is indented as far as `begin` is wide.
void append_wrapped(std::string& out, std::string_view begin, std::string_view text) {
  out += begin;
  std::size_t column = width_of(begin);
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!first && column + 1 + width_of(word) > line_width) {
      out += '\n';
      out.append(width_of(begin), ' ');
      column = width_of(begin);
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += width_of(word);
    first = false;
  }
  out += '\n';
}

void append_list(std::string& out, std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n{}\n", title);
  for (const std::string& line : lines) append_wrapped(out, "  - ", line);
}

void append_judgement(std::string& out, const Judgement& judgement) {
  out += "\nReasons\n   weight   score without  reason\n";
  bool any_decides = false;
  for (const ExplainedReason& reason : judgement.reasons) {
    any_decides = any_decides || reason.decides;
    append_wrapped(out,
                   fmt::format("  {:>+7.3f}   {:>13.3f}{} ", static_cast<double>(reason.reason.weight),
                               reason.score_without, reason.decides ? '*' : ' '),
                   reason.words);
  }
  fmt::format_to(std::back_inserter(out), "  {:>+7.3f}   the sum; score {:.3f}, threshold {:.3f}\n", judgement.sum,
                 judgement.score, judgement.threshold);
  if (any_decides) out += "  * this reason alone puts the score on its side of the threshold\n";
}

std::string_view lift_text(Sensed lift) noexcept {
  return lift == Sensed::unknown ? "-" : lift == Sensed::yes ? "up" : "down";
}

std::string_view load_text(LoadReading load) noexcept {
  switch (load) {
    case LoadReading::unknown:
      return "-";
    case LoadReading::empty:
      return "empty";
    case LoadReading::half:
      return "half";
    case LoadReading::full:
      return "full";
  }
  return "-";
}

void append_fixes(std::string& out, const Explanation& explanation) {
  if (explanation.fixes.empty()) return;
  out += "\nReports around it";
  if (!explanation.measured_from.empty()) out += "; distance from " + explanation.measured_from;
  out += "\n";
  const LocalClock clock{explanation.utc_offset};
  const auto seen_by = [](const Fix& fix) {
    return fix.speed_mps ? fmt::format("{:.1f}", 3.6 * static_cast<double>(fix.speed_mps.value())) : std::string{"-"};
  };
  fmt::format_to(std::back_inserter(out), "  {:>5}  {:<19}  {:>11}  {:>10}  {:>6}  {:<4}  {:<5}  {:>10}  {}\n", "row",
                 "time", "longitude", "latitude", "km/h", "body", "load", "distance", "read from");
  for (const ExplainedFix& row : explanation.fixes) {
    std::string line = fmt::format(
        "  {:>5}  {:<19}  {:>11.5f}  {:>10.5f}  {:>6}  {:<4}  {:<5}  {:>10}  {}", row.row, clock.row(row.fix.time),
        row.fix.position.lon, row.fix.position.lat, seen_by(row.fix), lift_text(row.fix.sensors.body_lift),
        load_text(row.fix.sensors.load), row.distance_m ? fmt::format("{:.0f} m", *row.distance_m) : "-", row.source);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
}

/// Writes members of a JSON object, each with its comma but the first.
class Json {
 public:
  explicit Json(std::string& out) : out_{out} {}

  void text(std::string_view key, std::string_view value) {
    begin(key);
    io::detail::append_json_string(out_, value);
  }
  template <int Decimals>
  void number(std::string_view key, double value) {
    begin(key);
    io::detail::append_fixed<Decimals>(out_, value);
  }
  void raw(std::string_view key, std::string_view value) {
    begin(key);
    out_ += value;
  }
  void texts(std::string_view key, const std::vector<std::string>& values) {
    begin(key);
    out_ += '[';
    for (const std::string& value : values) {
      if (out_.back() != '[') out_ += ',';
      io::detail::append_json_string(out_, value);
    }
    out_ += ']';
  }
  /// An array of objects, each written by `write(Json&, element)`.
  template <class List, class Write>
  void objects(std::string_view key, const List& list, Write&& write) {
    begin(key);
    out_ += '[';
    bool first = true;
    for (const auto& element : list) {
      out_ += first ? "{" : ",{";
      first = false;
      Json members{out_};
      write(members, element);
      out_ += '}';
    }
    out_ += ']';
  }

 private:
  void begin(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    io::detail::append_json_string(out_, key);
    out_ += ':';
  }
  std::string& out_;
  bool first_ = true;
};

void write_judgement(Json& json, const Judgement& judgement) {
  json.objects("reasons", judgement.reasons, [](Json& members, const ExplainedReason& reason) {
    members.text("name", name_of(reason.reason.evidence));
    members.text("words", reason.words);
    members.number<3>("value", static_cast<double>(reason.reason.value));
    members.number<3>("weight", static_cast<double>(reason.reason.weight));
    members.number<3>("score_without", reason.score_without);
    members.raw("decides", reason.decides ? "true" : "false");
  });
  json.number<3>("sum", judgement.sum);
  json.number<3>("score", judgement.score);
  json.number<3>("threshold", judgement.threshold);
}

void write_fix(Json& json, const ExplainedFix& row) {
  json.raw("row", std::to_string(row.row));
  std::string time;
  io::detail::append_time(time, row.fix.time);
  json.text("time", time);
  json.number<7>("lon", row.fix.position.lon);
  json.number<7>("lat", row.fix.position.lat);
  if (row.fix.speed_mps) json.number<1>("speed_mps", static_cast<double>(row.fix.speed_mps.value()));
  if (row.fix.sensors.body_lift != Sensed::unknown)
    json.raw("body_lift", row.fix.sensors.body_lift == Sensed::yes ? "1" : "0");
  if (row.fix.sensors.load != LoadReading::unknown) json.text("load", load_text(row.fix.sensors.load));
  if (row.distance_m) json.number<1>("distance_m", *row.distance_m);
  if (!row.source.empty()) json.text("source", row.source);
}

}  // namespace

std::string as_text(const Explanation& explanation) {
  std::string out = explanation.title + '\n';
  fmt::format_to(std::back_inserter(out), "Subject {:016x}. Times are those of {}.\n\nSeen\n",
                 static_cast<std::uint64_t>(explanation.event.subject), zone_name(explanation.utc_offset));
  append_wrapped(out, "  ", explanation.seen);
  append_list(out, "Faults", explanation.faults);
  append_list(out, "Compared", explanation.compared);
  if (explanation.judgement) append_judgement(out, *explanation.judgement);
  append_list(out, "What would have cleared it", explanation.cleared_by);
  append_fixes(out, explanation);
  append_list(out, "Notes", explanation.notes);
  return out;
}

std::string as_json(const Explanation& explanation) {
  std::string out = "{";
  Json json{out};
  std::string event;
  io::append_json(event, explanation.event);
  json.raw("event", event);
  json.text("title", explanation.title);
  json.text("utc_offset", zone_name(explanation.utc_offset));
  json.text("seen", explanation.seen);
  json.texts("faults", explanation.faults);
  json.texts("compared", explanation.compared);
  json.texts("cleared_by", explanation.cleared_by);
  if (explanation.judgement) write_judgement(json, *explanation.judgement);
  json.text("measured_from", explanation.measured_from);
  json.objects("fixes", explanation.fixes, [](Json& members, const ExplainedFix& row) { write_fix(members, row); });
  json.texts("notes", explanation.notes);
  return out + "}";
}

}  // namespace haulwatch::explain
