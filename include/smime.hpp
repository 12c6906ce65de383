/*
 * libsmime for C++11: smime.h with objects that end themselves, strings, streams and exceptions.
 *
 *     smime::Identity bob = smime::Identity::from_bytes(file, "secret");
 *     smime::Opened opened = smime::Opener(trust).identity(bob).open(message);
 *     if (opened.is_acceptable()) deliver(opened.content().str());
 *     else log(opened.report().summary());
 *
 * Headers only, this one and the folder smime beside it; link libsmime. Every call that fails throws smime::Error. Objects can be
 * moved but not copied; all of them may be used from several threads at the same time. What smime.h says of each function holds here too.
 */
#ifndef LIBSMIME_SMIME_HPP
#define LIBSMIME_SMIME_HPP

#include "smime/call.hpp"
#include "smime/cert.hpp"
#include "smime/identity.hpp"
#include "smime/path.hpp"
#include "smime/open.hpp"
#include "smime/send.hpp"
#include "smime/ca.hpp"
#include "smime/revoking.hpp"

#endif
