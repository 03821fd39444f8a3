#include <haulwatch/io/detail/append_text.hpp>
#include <haulwatch/simulation/truth_log.hpp>

#include <string>
#include <utility>

namespace haulwatch::simulation {

namespace detail = io::detail;

JsonLine::JsonLine(std::string_view kind, std::string_view vehicle, TimeUtc time_of) : out_{"{\"kind\":"} {
  out_.reserve(usual_length);
  detail::append_json_string(out_, kind);
  text("vehicle", vehicle);
  time("time", time_of);
}

void JsonLine::key(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  key(name);
  detail::append_json_string(out_, value);
  return *this;
}

JsonLine& JsonLine::text_or_null(std::string_view name, std::string_view value) {
  if (!value.empty()) return text(name, value);
  key(name);
  out_ += "null";
  return *this;
}

JsonLine& JsonLine::time(std::string_view name, TimeUtc value) {
  key(name);
  if (value == no_time) {
    out_ += "null";
    return *this;
  }
  out_ += '"';
  detail::append_time(out_, value);
  out_ += '"';
  return *this;
}

JsonLine& JsonLine::whole(std::string_view name, std::uint64_t value) {
  key(name);
  out_ += std::to_string(value);
  return *this;
}

JsonLine& JsonLine::metres(std::string_view name, double value) {
  key(name);
  detail::append_fixed<1>(out_, value);
  return *this;
}

JsonLine& JsonLine::flag(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

JsonLine& JsonLine::names(std::string_view name, const std::vector<std::string_view>& values) {
  key(name);
  out_ += '[';
  const char* comma = "";
  for (const std::string_view value : values) {
    out_ += comma;
    detail::append_json_string(out_, value);
    comma = ",";
  }
  out_ += ']';
  return *this;
}

JsonLine& JsonLine::place(const geo::LocalFrame& frame, geo::LocalPoint at) {
  const LonLat degrees = frame.to_lon_lat(at);
  key("lon");
  detail::append_fixed<7>(out_, degrees.lon);
  key("lat");
  detail::append_fixed<7>(out_, degrees.lat);
  return *this;
}

std::string JsonLine::finish() {
  out_ += "}\n";
  return std::move(out_);
}

void TimedLines::push(TimeUtc known, std::uint32_t vehicle, std::uint64_t rank, std::string& line) {
  waiting_.push({known, vehicle, rank | added_++, std::move(line)});
}

void TimedLines::write_before(TimeUtc until, const Write& write) {
  while (!waiting_.empty() && waiting_.top().known < until) {
    write(waiting_.top().line);
    waiting_.pop();
  }
}

}  // namespace haulwatch::simulation
