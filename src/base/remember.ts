/**
 * The same function of a text, with its answers remembered: clients send a handful of texts, attackers as many as they
 * like, so at most `limit` are kept, and then all forgotten. An answer of undefined is not kept.
 */
export function remembering<Answer>(limit: number, answerTo: (text: string) => Answer): (text: string) => Answer {
  const answers = new Map<string, Answer>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = answerTo(text);
    if (answer === undefined) return answer;
    if (answers.size >= limit) answers.clear();
    // A copy: a piece of a text keeps the whole of it in memory, be it a token.
    answers.set(Buffer.from(text, 'utf16le').toString('utf16le'), answer);
    return answer;
  };
}

/** The same function of an object, asked once for each: the answer lives as long as the object. */
export function oncePer<Subject extends object, Answer>(
  answerTo: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const answers = new WeakMap<Subject, { readonly answer: Answer }>();
  return (subject) => {
    const known = answers.get(subject) ?? { answer: answerTo(subject) };
    answers.set(subject, known);
    return known.answer;
  };
}
