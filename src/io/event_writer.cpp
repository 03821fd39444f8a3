#include <haulwatch/io/event_writer.hpp>

#include <haulwatch/io/detail/event_members.hpp>

namespace haulwatch::io {

void append_json(std::string& out, const Event& event) {
  out += '{';
  detail::append_event_members(out, event);
  out += '}';
}

void JsonLinesSink::write(const Event& event) {
  line_.clear();
  append_json(line_, event);
  line_ += '\n';
  file_.write(line_);
  ++count_;
}

}  // namespace haulwatch::io
