namespace FederatedIdentity.Server.Doctor;

/// <summary>One row of the report: what was looked at, what came of it, and what to do about it.</summary>
internal sealed record Finding(string Check, Result Result, string Detail, string Advice);
