# Finds moodycamel's ConcurrentQueue, which comes without a package file in Debian and in two folder layouts elsewhere.
#
#   ConcurrentQueue::ConcurrentQueue   so that <concurrentqueue.h> and <blockingconcurrentqueue.h> are found
#   ConcurrentQueue_FOUND, ConcurrentQueue_INCLUDE_DIR
find_path(ConcurrentQueue_INCLUDE_DIR NAMES concurrentqueue.h
  PATH_SUFFIXES concurrentqueue concurrentqueue/moodycamel moodycamel
  DOC "Folder that holds concurrentqueue.h")
mark_as_advanced(ConcurrentQueue_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ConcurrentQueue REQUIRED_VARS ConcurrentQueue_INCLUDE_DIR)

if(ConcurrentQueue_FOUND AND NOT TARGET ConcurrentQueue::ConcurrentQueue)
  add_library(ConcurrentQueue::ConcurrentQueue INTERFACE IMPORTED)
  target_include_directories(ConcurrentQueue::ConcurrentQueue INTERFACE ${ConcurrentQueue_INCLUDE_DIR})
endif()
