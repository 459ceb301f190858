using FederatedIdentity.Domain.Identities;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>Parameters of the hot statements, by position.</summary>
internal static class Parameter
{
    public static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    /// <summary>Logins as parallel arrays: kinds, providers, subjects and, if wanted, full subjects.</summary>
    public static void AddLogins(NpgsqlCommand command, IReadOnlyList<Login> logins, bool withFullSubjects)
    {
        var subjects = logins.Select(login => StoredSubject.Of(login.Subject)).ToArray();
        command.Parameters.Add(Of(logins.Select(login => (short)login.Kind).ToArray()));
        command.Parameters.Add(Of(logins.Select(login => login.Provider).ToArray()));
        command.Parameters.Add(Of(subjects.Select(subject => subject.Subject).ToArray()));
        if (withFullSubjects)
        {
            command.Parameters.Add(Of(subjects.Select(subject => subject.FullSubject).ToArray()));
        }
    }
}
