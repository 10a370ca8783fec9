/*
 * xml_reader.h: what libxml2 must have before the sandbox is shut, see reader.h for the reader
 * itself.
 */
#ifndef XML_READER_H
#define XML_READER_H

/* Sets libxml2 up: an entity loader that always fails, no messages on stderr, Windows-1252 from our
 * own table. Any number of times; not from two threads at once. */
void xml_reader_prepare(void);

#endif
