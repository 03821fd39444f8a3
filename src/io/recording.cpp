#include <haulwatch/io/recording.hpp>

#include <haulwatch/error.hpp>
#include <haulwatch/io/byte_source.hpp>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

#include <unistd.h>

namespace haulwatch::io {

namespace {

/// Another source's bytes under another name: the copy of standard input is still called that.
class NamedSource : public ByteSource {
 public:
  NamedSource(std::unique_ptr<ByteSource> source, std::string name)
      : source_{std::move(source)}, name_{std::move(name)} {}
  std::size_t read(std::span<char> into) override { return source_->read(into); }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] std::uint64_t consumed() const noexcept override { return source_->consumed(); }
  [[nodiscard]] std::optional<std::uint64_t> total() const noexcept override { return source_->total(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string name_;
};

int copy_of_standard_input() {
  const char* named = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): read before any thread starts
  std::string path = std::string{named != nullptr && *named != '\0' ? named : "/tmp"} + "/haulwatch-XXXXXX";
  const int copy = mkstemp(path.data());
  if (copy < 0) throw FileError{"temporary file " + path + ": " + std::strerror(errno)};
  unlink(path.c_str());
  std::vector<char> block(1U << 18U);
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw FileError{std::string{"standard input: "} + std::strerror(errno)};
    if (got == 0) return copy;
    for (ssize_t done = 0; done < got;) {
      const ssize_t written = write(copy, block.data() + done, static_cast<std::size_t>(got - done));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) throw FileError{"temporary copy of standard input: " + std::string{std::strerror(errno)}};
      done += written;
    }
  }
}

}  // namespace

/// One reading of all files, one after the other.
class Recording::Reading : public FixSource {
 public:
  Reading(Recording& recording, bool first) : recording_{recording}, first_{first} {}
  ~Reading() override { recording_.current_ = nullptr; }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  bool read(std::vector<Fix>& fixes) override {
    while (next_file_ < recording_.files_.size() || reader_) {
      if (!reader_) open_next();
      if (reader_->read_batch(batch_)) {
        if (first_)
          for (const std::uint64_t line : batch_.lines)
            recording_.places_.add({static_cast<std::uint32_t>(next_file_ - 1), line});
        std::swap(fixes, batch_.fixes);
        return true;
      }
      recording_.current_ = nullptr;
      reader_.reset();
    }
    fixes.clear();
    return false;
  }

 private:
  void open_next() {
    recording_.current_file_ = next_file_;
    reader_ = recording_.open_tracks(next_file_++, first_);
    recording_.current_ = reader_.get();
    recording_.has_lines_.resize(next_file_, true);
    recording_.has_lines_.back() = reader_->has_lines();
  }

  Recording& recording_;
  bool first_;
  std::size_t next_file_ = 0;
  std::unique_ptr<TrackReader> reader_;
  FixBatch batch_;
};

Recording::Recording(std::vector<std::string> files, TrackFormat format)
    : files_{std::move(files)}, format_{std::move(format)} {}

Recording::~Recording() {
  if (spooled_ >= 0) close(spooled_);
}

std::unique_ptr<FixSource> Recording::open() {
  return std::make_unique<Reading>(*this, readings_++ == 0);
}

std::unique_ptr<ByteSource> Recording::open_file(std::size_t file) {
  if (files_[file] != "-") return open_bytes(files_[file]);
  if (spooled_ < 0) spooled_ = copy_of_standard_input();
  return std::make_unique<NamedSource>(open_bytes("/dev/fd/" + std::to_string(spooled_)), "standard input");
}

std::unique_ptr<TrackReader> Recording::open_tracks(std::size_t file, bool first_reading) {
  return read_tracks(open_file(file), format_, names_, first_reading ? on_bad_row : OnBadRow{});
}

double Recording::share_read() const noexcept {
  if (current_ == nullptr || files_.empty()) return -1.0;
  const InputProgress progress = current_->progress();
  if (!progress.total || *progress.total == 0) return -1.0;
  const double within = static_cast<double>(progress.consumed) / static_cast<double>(*progress.total);
  return (static_cast<double>(current_file_) + within) / static_cast<double>(files_.size());
}

void Recording::raw_rows(const std::vector<RowPlace>& rows,
                         const std::function<void(std::size_t, std::string_view)>& take) {
  std::size_t next = 0;
  std::vector<char> block(1U << 18U);
  while (next < rows.size()) {
    const std::uint32_t file = rows[next].file;
    if (!has_lines_[file]) {
      for (; next < rows.size() && rows[next].file == file; ++next) take(next, {});
      continue;
    }
    const std::unique_ptr<ByteSource> source = open_file(file);
    std::string line;
    std::uint64_t number = 1;
    const auto end_line = [&] {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      for (; next < rows.size() && rows[next].file == file && rows[next].line <= number; ++next) take(next, line);
      line.clear();
      ++number;
    };
    try {
      while (next < rows.size() && rows[next].file == file) {
        const std::size_t got = source->read(block);
        if (got == 0) break;
        for (const char c : std::string_view{block.data(), got}) {
          if (c == '\n') {
            end_line();
          } else if (next < rows.size() && rows[next].file == file && rows[next].line == number) {
            line += c;
          }
        }
      }
    } catch (const FileError&) {
      // The replay has told of it; the rows before the fault are what there is.
    }
    while (next < rows.size() && rows[next].file == file) end_line();
  }
}

}  // namespace haulwatch::io
