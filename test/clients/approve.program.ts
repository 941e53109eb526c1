// Asks the sandbox's control API to approve a user's sign-ins, MFA included.
const [, , url = '', userName = ''] = process.argv;
const answer = await fetch(`${url}/sandbox/approvals/${userName}`, {
  method: 'PUT',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ decision: 'approve', methods: ['pwd', 'mfa'] }),
});
console.log(JSON.stringify({ status: answer.status }));
