#include <haulwatch/scoring/record_reader.hpp>

#include <haulwatch/io/detail/byte_window.hpp>
#include <haulwatch/io/detail/json_records.hpp>
#include <haulwatch/io/time_text.hpp>
#include <haulwatch/stable_hash.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace haulwatch::scoring {
namespace {

namespace json = boost::json;

template <class Member>
struct Key {
  std::string_view key;
  Member Record::*member;
};

constexpr std::array<Key<std::string_view>, 16> text_keys{{{"vehicle", &Record::vehicle},
                                                           {"site", &Record::object},
                                                           {"zone", &Record::object},
                                                           {"gate", &Record::object},
                                                           {"sensor", &Record::object},
                                                           {"other", &Record::object},
                                                           {"rule", &Record::qualifier},
                                                           {"lead", &Record::object},
                                                           {"direction", &Record::qualifier},
                                                           {"sign", &Record::qualifier},
                                                           {"reason", &Record::qualifier},
                                                           {"purpose", &Record::purpose},
                                                           {"origin", &Record::origin},
                                                           {"destination", &Record::destination},
                                                           {"manner", &Record::manner},
                                                           {"name", &Record::name}}};

constexpr std::array<Key<TimeUtc>, 6> time_keys{{{"time", &Record::time},
                                                 {"detected", &Record::detected},
                                                 {"start", &Record::start},
                                                 {"end", &Record::end},
                                                 {"loaded_at", &Record::start},
                                                 {"unloaded_at", &Record::end}}};

constexpr std::array<Key<bool>, 3> flag_keys{
    {{"retracted", &Record::retracted}, {"inferred", &Record::inferred}, {"terminal_cut", &Record::terminal_cut}}};

constexpr std::array<Key<std::uint64_t>, 2> hash_keys{{{"id", &Record::id}, {"subject", &Record::subject}}};

template <class Keys>
auto member_named(const Keys& keys, std::string_view key) -> decltype(keys[0].member) {
  for (const auto& known : keys)
    if (known.key == key) return known.member;
  return nullptr;
}

/// Reads the members of one line into a record.
class LineReader {
 public:
  LineReader(RecordSet& into, Side side, const std::string& file) : into_{into}, side_{side}, file_{file} {}

  void read(std::string_view text, std::uint64_t line) {
    line_ = line;
    // One for each line: Boost.JSON 1.81 doubles its next block for ever, `release` or not.
    json::monotonic_resource memory{block_.data(), block_.size()};
    const json::value value = parse(text, &memory);
    const json::object* object = value.if_object();
    if (object == nullptr) refuse("", "is no JSON object");
    Record record;
    record.line = line;
    degrees_ = {};
    for (const auto& [key, member] : *object)
      if (!member.is_null()) read_member(record, {key.data(), key.size()}, member);
    if (record.kind.empty()) refuse(kind_key(), "missing: it says what the line is");
    if (record.kind == "world") return read_world(*object);
    complete(record);
    into_.records.push_back(record);
  }

 private:
  [[nodiscard]] std::string_view kind_key() const noexcept { return side_ == Side::truth ? "kind" : "event"; }

  [[noreturn]] void refuse(std::string_view member, std::string_view cause) const {
    std::string message = file_ + ":" + std::to_string(line_) + ": ";
    if (!member.empty()) message.append(member).append(": ");
    throw BadLine{message.append(cause)};
  }

  [[nodiscard]] json::value parse(std::string_view text, json::monotonic_resource* memory) {
    parser_.reset(memory);
    json::error_code error;
    parser_.write(text.data(), text.size(), error);
    if (error) refuse("", "not JSON: " + error.message());
    return parser_.release();
  }

  void read_member(Record& record, std::string_view key, const json::value& value) {
    if (key == kind_key()) {
      record.kind = text_of(key, value);
    } else if (const auto text = member_named(text_keys, key)) {
      record.*text = text_of(key, value);
    } else if (const auto time = member_named(time_keys, key)) {
      record.*time = time_of(key, value);
    } else if (const auto flag = member_named(flag_keys, key)) {
      if (!value.is_bool()) refuse(key, "expected true or false");
      record.*flag = value.get_bool();
    } else if (const auto hash = member_named(hash_keys, key)) {
      record.*hash = StableHash{}.add(text_in(key, value)).value();
    } else if (key == "faults") {
      record.faults = faults_of(value);
    } else {
      read_number(record, key, value);
    }
  }

  [[nodiscard]] std::string_view faults_of(const json::value& value) {
    if (!value.is_array()) refuse("faults", "expected an array of texts");
    std::vector<std::string_view> faults;
    for (const json::value& fault : value.get_array()) faults.push_back(text_in("faults", fault));
    std::ranges::sort(faults);
    std::string joined;
    for (const std::string_view fault : faults) (joined += joined.empty() ? "" : " ") += fault;
    return into_.texts.keep(joined);
  }

  void read_number(Record& record, std::string_view key, const json::value& value) {
    if (key == "lon") degrees_.first = degrees_of(key, value, 180.0);
    if (key == "lat") degrees_.second = degrees_of(key, value, 90.0);
    if (key == "score") record.score = number_of(key, value);
    if (key == "revision") {
      const double revision = number_of(key, value);
      if (!(revision >= 0.0 && revision < 4294967296.0)) refuse(key, "expected a whole number from 0 on");
      record.revision = static_cast<std::uint32_t>(revision);
    }
  }

  /// Values that a line may leave to be understood from others, and what the others must be like.
  void complete(Record& record) const {
    if (degrees_.first.has_value() != degrees_.second.has_value()) refuse("lon, lat", "only one of the two is given");
    if (degrees_.first) record.place = LonLat{*degrees_.first, *degrees_.second};
    if (record.start != no_time && record.end != no_time && record.end < record.start)
      refuse("end", "lies before the start");
    if (record.score && !(*record.score >= 0.0 && *record.score <= 1.0)) refuse("score", "expected 0 to 1");
    if (record.time == no_time) record.time = record.start != no_time ? record.start : record.end;
    if (record.time == no_time) refuse("time", "missing, and neither start nor end stands for it");
  }

  void read_world(const json::object& object) {
    const auto number = [&](std::string_view key) -> std::optional<double> {
      const json::value* value = object.if_contains(json::string_view{key.data(), key.size()});
      if (value == nullptr || value->is_null()) return std::nullopt;
      const double read = number_of(key, *value);
      if (read < 0.0) refuse(key, "expected a number from 0 on");
      return read;
    };
    World& world = into_.world;
    world.interval_s = number("interval_s");
    world.truck_days = number("truck_days");
    const auto vehicles = number("vehicles");
    const auto hours = number("hours");
    if (!world.truck_days && vehicles && hours) world.truck_days = *vehicles * *hours / 24.0;
  }

  [[nodiscard]] std::string_view text_in(std::string_view key, const json::value& value) const {
    const json::string* text = value.if_string();
    if (text == nullptr) refuse(key, "expected a text");
    return {text->data(), text->size()};
  }
  [[nodiscard]] std::string_view text_of(std::string_view key, const json::value& value) {
    return into_.texts.keep(text_in(key, value));
  }
  [[nodiscard]] TimeUtc time_of(std::string_view key, const json::value& value) const {
    const std::string_view text = text_in(key, value);
    const auto time = io::parse_rfc3339(text);
    if (!time) refuse(key, "'" + std::string{text} + "' is no RFC 3339 time");
    return *time;
  }
  [[nodiscard]] double number_of(std::string_view key, const json::value& value) const {
    json::error_code error;
    const double number = value.is_number() ? value.to_number<double>(error) : NAN;
    if (!std::isfinite(number)) refuse(key, "expected a finite number");
    return number;
  }
  [[nodiscard]] double degrees_of(std::string_view key, const json::value& value, double limit) const {
    const double degrees = number_of(key, value);
    if (std::abs(degrees) > limit) refuse(key, "out of range for degrees");
    return degrees;
  }

  RecordSet& into_;
  Side side_;
  const std::string& file_;
  std::uint64_t line_ = 0;
  std::pair<std::optional<double>, std::optional<double>> degrees_;  ///< lon, lat of the line at hand
  std::vector<unsigned char> block_ = std::vector<unsigned char>(16384);
  json::parser parser_;
};

RecordSet read_all(io::detail::JsonRecords& lines, Side side) {
  RecordSet set;
  LineReader reader{set, side, lines.source().name()};
  io::detail::JsonRecord line;
  while (lines.next(line)) {
    if (line.cut) throw BadLine{lines.source().name() + ":" + std::to_string(line.number) + ": longer than 16 MiB"};
    reader.read(line.text, line.number);
  }
  return set;
}

}  // namespace

RecordSet read_records(std::unique_ptr<io::ByteSource> source, Side side) {
  const auto lines = io::detail::json_records(io::detail::ByteWindow{std::move(source)});
  return read_all(*lines, side);
}

RecordSet read_records(const std::string& path, Side side) {
  return read_records(io::open_bytes(path), side);
}

}  // namespace haulwatch::scoring
